using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cacheme.AspNetCore.Tests.Sessions;

/// <summary>A web application on a port of its own that keeps a cart in each visitor's session, over Cacheme.</summary>
internal sealed class SessionServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private SessionServer(WebApplication application) => _application = application;

    public Uri Address => new(_application.Urls.Single());

    /// <summary>Runs when a visitor's cart was read, before it is written.</summary>
    public Func<Task> BeforeWriting { get; set; } = static () => Task.CompletedTask;

    public ICacheme Cacheme => _application.Services.GetRequiredService<ICacheme>();

    /// <param name="redis">The server of the sessions.</param>
    /// <param name="keys">Where the servers of one site have the keys of their cookies.</param>
    /// <param name="storages">The chain.</param>
    public static async Task<SessionServer> StartAsync(SessionRedis redis, DirectoryInfo keys, params string[] storages)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddDataProtection().PersistKeysToFileSystem(keys).SetApplicationName("shop");
        builder.Services.AddSession(static options => options.IdleTimeout = TimeSpan.FromMinutes(20));
        builder.Services.AddCacheme(cacheme => cacheme
            .AddLocal("local", 1000).AddRedis("redis", redis.Server.EndPoint)
            .AddDistributedCache(policy => Array.ForEach(storages, storage => policy.ThrowWhenUnreachable().Cache(storage))));
        var application = builder.Build();
        application.UseSession();
        var server = new SessionServer(application);
        application.MapPost("/cart/{item}", async (string item, HttpContext context) =>
        {
            var cart = context.Session.GetString("cart");
            await server.BeforeWriting();
            context.Session.SetString("cart", $"{cart}{item};");
        });
        application.MapGet("/cart", static (HttpContext context) => context.Session.GetString("cart") ?? "");
        await application.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync() => await _application.DisposeAsync();
}
