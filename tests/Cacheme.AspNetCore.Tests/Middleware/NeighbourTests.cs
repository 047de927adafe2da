using System.IO.Compression;
using System.Net;
using Cacheme.AspNetCore.Tests.Callers;
using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Tests.Middleware;

/// <summary>What else stands in a pipeline, before UseCacheme and behind it: compression, error pages, logging, other caches.</summary>
public sealed class NeighbourTests
{
    private readonly Counter _runs = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ResponseCompression_BeforeIt_CompressesHits(bool isEarly)
    {
        await using var app = await StartAsync(
            web =>
            {
                web.UseResponseCompression();
                if (isEarly)
                {
                    web.UseCacheme();
                }

                web.MapGet("/users/{userId:int}", (int userId) => new User(userId, new string('a', 5000))).CacheWith<UserNode>();
            },
            services => services.AddResponseCompression());

        for (var i = 0; i < 3; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/users/1");
            request.Headers.Add("Accept-Encoding", "gzip");
            using var answer = await app.Client.SendAsync(request, Token);
            Assert.Equal(["gzip"], answer.Content.Headers.ContentEncoding);
            await using var zip = new GZipStream(await answer.Content.ReadAsStreamAsync(Token), CompressionMode.Decompress);
            using var reader = new StreamReader(zip);
            Assert.Contains(new string('a', 5000), await reader.ReadToEndAsync(Token), StringComparison.Ordinal);
            using var plain = await app.Client.GetAsync("/users/1", Token);
            Assert.Empty(plain.Content.Headers.ContentEncoding);
            Assert.Contains("aaaa", await plain.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ResponseCompression_AfterIt_NeverSendsCompressedBytesToWhoDoesNotAskForThem(bool isEarly)
    {
        await using var app = await StartAsync(
            web =>
            {
                if (isEarly)
                {
                    web.UseCacheme();
                }

                web.UseResponseCompression();
                web.MapGet("/users/{userId:int}", (int userId) => new User(userId, new string('a', 5000))).CacheWith<UserNode>();
            },
            services => services.AddResponseCompression());

        using var request = new HttpRequestMessage(HttpMethod.Get, "/users/1");
        request.Headers.Add("Accept-Encoding", "gzip");
        using var answer = await app.Client.SendAsync(request, Token);
        var plain = await ReadAsync(app, "/users/1", null);

        Assert.StartsWith("{\"id\":1", plain, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OutputCaching_BesideIt_ServesTheSame()
    {
        await using var app = await StartAsync(
            web =>
            {
                web.UseOutputCache();
                web.UseCacheme();
                web.MapGet("/users/{userId:int}", Next).CacheWith<UserNode>().CacheOutput();
            },
            services => services.AddOutputCache());

        var first = await ReadAsync(app, "/users/1", null);
        using var second = await app.Client.GetAsync("/users/1", Token);

        Assert.Equal(first, await second.Content.ReadAsStringAsync(Token));
        Assert.Single(second.Headers.GetValues("Age"));
    }

    [Fact]
    public async Task ExceptionHandler_BeforeIt_AnswersTheLeaderAndTheNext()
    {
        await using var app = await StartAsync(
            web =>
            {
                web.UseExceptionHandler();
                web.UseCacheme();
                web.MapGet("/users/{userId:int}", User (int userId) => throw new InvalidOperationException()).CacheWith<UserNode>();
            },
            services => services.AddProblemDetails());

        for (var i = 0; i < 2; i++)
        {
            using var answer = await app.Client.GetAsync("/users/1", Token);
            Assert.Equal((HttpStatusCode.InternalServerError, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
            Assert.False(answer.Headers.Contains("Cache-Status"), "no leftovers");
        }
    }

    [Fact]
    public async Task HttpContextAccessor_InEveryLoad_IsItsOwnRequests()
    {
        var gate = new Gate();
        await using var app = await StartAsync(
            web =>
            {
                web.UseCacheme();
                web.MapGet("/x/{userId:int}", async Task<Results<Ok<User>, NotFound>> (int userId, IHttpContextAccessor accessor, HttpContext http) =>
                {
                    await gate.PassAsync(Token);
                    _runs.Next();
                    Assert.Same(http, accessor.HttpContext);
                    http.Response.Headers["X-Own"] = accessor.HttpContext!.Request.Headers["X-Own"];
                    return TypedResults.Ok(new User(userId, accessor.HttpContext!.Request.Headers["X-Own"].ToString()));
                }).CacheWith<UserNode>(options => options.Ignore("http"));
            });

        var all = Enumerable.Range(0, 10).Select(i => ReadAsync(app, "/x/1", null, ("X-Own", $"{i}"))).ToArray();
        await gate.Entered;
        gate.Open();
        var answers = await Task.WhenAll(all);

        Assert.All(answers, (answer, i) => Assert.Equal($$"""{"id":1,"name":"{{i}}"}""", answer));
    }

    [Fact]
    public async Task EndpointsAddedLater_AreCachedAndGuarded()
    {
        using var source = new LateSource();
        await using var app = await StartAsync(web =>
        {
            web.UseAuthentication();
            web.UseAuthorization();
            web.UseCacheme();
            web.MapGet("/first/{userId:int}", Next).CacheWith<UserNode>();
            ((IEndpointRouteBuilder)web).DataSources.Add(source);
        });
        var first = await ReadAsync(app, "/first/1", null);

        source.Add("/late");

        Assert.Equal("", await ReadAsync(app, "/late", null));
        Assert.Equal(first, await ReadAsync(app, "/first/1", null));
    }

    private static async Task<string> ReadAsync(TestApp app, string path, string? caller, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (caller is not null)
        {
            request.Headers.Add(HeaderAuthentication.Header, caller);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await app.Client.SendAsync(request, Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        return answer.IsSuccessStatusCode ? text : $"{(int)answer.StatusCode} {text}";
    }

    private static Task<TestApp> StartAsync(Action<WebApplication> map, Action<IServiceCollection>? configure = null, bool isHttp2 = false) => TestApp.StartAsync(
        map,
        services =>
        {
            services.AddAuthentication(HeaderAuthentication.SchemeName).AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>(HeaderAuthentication.SchemeName, null);
            services.AddAuthorization();
            services.AddLocalization();
            services.AddHttpContextAccessor();
            services.AddCacheme(cacheme => cacheme.AddNode<HomeNode>());
            configure?.Invoke(services);
        },
        isHttp2);

    private User Next(int userId) => new(userId, $"run {_runs.Next()}");

    internal sealed class Scoped
    {
        public Scoped(Counter counter) => counter.Next();
    }
}
