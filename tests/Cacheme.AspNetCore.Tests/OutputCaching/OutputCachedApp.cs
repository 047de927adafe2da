using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cacheme.AspNetCore.Tests.OutputCaching;

/// <summary>An application on a real Kestrel with the stock middleware of output caching, over the store that a test gives it.</summary>
internal sealed class OutputCachedApp : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OutputCachedApp(WebApplication app)
    {
        _app = app;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        // Part of the middleware's key; two of these stand for two processes behind one name.
        Client.DefaultRequestHeaders.Host = "shop.example";
    }

    public HttpClient Client { get; }

    /// <summary>Runs of the handlers.</summary>
    public Counter Runs { get; } = new();

    /// <summary>Requests that have been through the middleware.</summary>
    public Counter Ended { get; } = new();

    /// <summary>Holds the handler of <c>/halves</c> in the middle.</summary>
    public Gate Middle { get; } = new();

    public IServiceProvider Services => _app.Services;

    public IOutputCacheStore Store => Services.GetRequiredService<IOutputCacheStore>();

    public static async Task<OutputCachedApp> StartAsync(Action<IServiceCollection> addStore, Action<IServiceCollection>? more = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        addStore(builder.Services);
        builder.Services.AddOutputCache(options => options.AddPolicy("tagged", policy => policy.Tag("products").Expire(TimeSpan.FromMinutes(1))));
        more?.Invoke(builder.Services);
        var app = builder.Build();
        var self = default(OutputCachedApp);
        app.Use(async (context, next) =>
        {
            await next(context);
            self!.Ended.Next(); // Not null: nobody asks before it has started, here and below.
        });
        app.UseOutputCache();
        app.MapGet("/plain", (string? q) => $"{q}#{self!.Runs.Next()}").CacheOutput();
        app.MapGet("/tagged", () => $"#{self!.Runs.Next()}").CacheOutput("tagged");
        app.MapGet("/large", () => TypedResults.Bytes(Large(self!.Runs.Next()), "application/octet-stream")).CacheOutput();
        app.MapGet("/empty", (HttpContext context) => context.Response.Headers["X-Run"] = $"{self!.Runs.Next()}").CacheOutput();
        app.MapGet("/etag", (HttpContext context) => EtagAsync(context, self!.Runs.Next())).CacheOutput();
        app.MapGet("/halves", context => HalvesAsync(context, self!)).CacheOutput();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return self = new OutputCachedApp(app);
    }

    public static byte[] Large(int run)
    {
        var bytes = new byte[1_000_000];
        new Random(run).NextBytes(bytes);
        return bytes;
    }

    public Task<string> GetAsync(string path) => Client.GetStringAsync(path, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }

    private static Task EtagAsync(HttpContext context, int run)
    {
        context.Response.Headers.ETag = $"\"{run}\"";
        return context.Response.WriteAsync($"#{run}");
    }

    // It heeds its client: when that has left, it stops where it is, without an error.
    private static async Task HalvesAsync(HttpContext context, OutputCachedApp app)
    {
        app.Runs.Next();
        await context.Response.WriteAsync("first ");
        await context.Response.Body.FlushAsync();
        try
        {
            await app.Middle.PassAsync(context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        await context.Response.WriteAsync("second");
    }
}
