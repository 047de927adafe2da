using Cacheme.DropIn.Tests.Catalog;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cacheme.DropIn.Tests;

/// <summary>A web application as it stood before Cacheme. Only its cache's registration is given from outside.</summary>
internal static class CatalogApplication
{
    public static async Task<WebApplication> StartAsync(Action<IServiceCollection> addCache, string? redis, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<CatalogDatabase>().AddScoped<CatalogService>();
        builder.Services.AddSingleton<IHybridCacheSerializer<Price>, PriceSerializer>();
        if (redis is not null)
        {
            builder.Services.AddStackExchangeRedisCache(options => options.Configuration = redis);
        }

        addCache(builder.Services);
        var app = builder.Build();
        app.UseExceptionHandler(static failed => failed.Run(static context => context.Response.WriteAsync(
            context.Features.Get<IExceptionHandlerFeature>()!.Error.Message)));
        app.MapCatalog();
        await app.StartAsync(cancellationToken);
        return app;
    }
}
