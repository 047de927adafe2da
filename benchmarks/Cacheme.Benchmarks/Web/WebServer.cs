using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cacheme.Benchmarks.Web;

/// <summary>The server of the benchmark, in a process of its own: the same page by every way to answer it. It ends when its input does.</summary>
internal static class WebServer
{
    public const string Argument = "http-server";

    private const string CachemeHit = "\r\nCache-Status: Cacheme; hit";

    /// <summary>What the others are measured by: nothing can write the page with less.</summary>
    public static readonly WebWay Limit = new("ready", "ready bytes, the same headers", CachemeHit);

    /// <summary>Microsoft's.</summary>
    public static readonly WebWay OutputCaching = new("output", "output caching", "\r\nAge: ");

    /// <summary>Answered under the middleware.</summary>
    public static readonly WebWay Early = new("early", ".CacheWith under UseCacheme", CachemeHit);

    private static readonly WebWay Uncached = new("none", "no cache", HitMark: null);
    private static readonly WebWay Filter = new("filter", ".CacheWith", CachemeHit);

    /// <summary>All of them, the one that keeps nothing first.</summary>
    public static readonly IReadOnlyList<WebWay> Ways = [Uncached, Limit, OutputCaching, Filter, Early];

    /// <summary>Those that run a handler, and keep what it made.</summary>
    public static readonly IReadOnlyList<WebWay> Cached = [OutputCaching, Filter, Early];

    private static readonly ConcurrentDictionary<string, int> Runs = new(StringComparer.Ordinal);

    public static async Task<int> RunAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddOutputCache(options => options.DefaultExpirationTimeSpan = TimeSpan.FromMinutes(10));
        builder.Services.AddCacheme(cacheme => cacheme.AddLocal("local", 10_000).AddNode<PageNode>().AddNode<EarlyPageNode>());
        await using var app = builder.Build();
        // Each way has its own middleware only.
        app.UseWhen(static http => http.Request.Path.StartsWithSegments("/output"), static branch => branch.UseOutputCache());
        app.UseWhen(static http => http.Request.Path.StartsWithSegments("/early"), static branch => branch.UseCacheme());
        app.MapGet("/none/{size:int}", static (int size) => Make("none", size));
        app.MapGet("/output/{size:int}", static (int size) => Make("output", size)).CacheOutput();
        app.MapGet("/filter/{size:int}", static (int size) => Make("filter", size)).CacheWith<PageNode>();
        app.MapGet("/early/{size:int}", static (int size) => Make("early", size)).CacheWith<EarlyPageNode>();
        app.MapGet("/ready/{size:int}", ReadyBytes.WriteAsync);
        app.MapGet("/figures", static () => new WebFigures(Environment.CpuUsage.TotalTime.TotalMicroseconds, GC.GetTotalAllocatedBytes(precise: true), Runs));
        await app.StartAsync();
        await Console.Out.WriteLineAsync(app.Urls.Single());
        await Console.In.ReadToEndAsync();
        await app.StopAsync();
        return 0;
    }

    private static Page Make(string way, int size)
    {
        Runs.AddOrUpdate($"{way}/{size}", 1, static (_, runs) => runs + 1);
        return Page.Of(size);
    }

    /// <summary>The limit: a handler that does nothing but write bytes that are there, with the headers of a hit.</summary>
    private static class ReadyBytes
    {
        private static readonly ConcurrentDictionary<string, byte[]> Bodies = new(StringComparer.Ordinal);

        public static async Task WriteAsync(HttpContext http)
        {
            var body = Bodies.GetOrAdd((string)http.Request.RouteValues["size"]!, static size => // the pattern has it
                JsonSerializer.SerializeToUtf8Bytes(Page.Of(int.Parse(size, null)), JsonSerializerOptions.Web));
            var headers = http.Response.Headers;
            headers.ETag = "W/\"0123456789abcdef0123456789abcdef\"";
            headers.Age = "1";
            headers.CacheControl = "private, no-cache";
            headers["Cache-Status"] = "Cacheme; hit; ttl=599; detail=local";
            http.Response.ContentType = "application/json; charset=utf-8";
            http.Response.ContentLength = body.Length;
            await http.Response.BodyWriter.WriteAsync(body);
        }
    }
}
