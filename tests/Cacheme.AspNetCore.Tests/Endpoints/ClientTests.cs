using System.Net;
using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Cacheme.AspNetCore.Tests.Endpoints;

/// <summary>What clients are told of an answer: its tag, its age, what the cache did, and how long they may keep it.</summary>
public class ClientTests : EndpointTests
{
    private readonly Counter _runs = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(56));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answers_OfOneEntry_HaveOneTagAndTheirAge()
    {
        await using var app = await StartUsersAsync();

        using var miss = await app.Client.GetAsync("/users/1", Token);
        _time.Advance(TimeSpan.FromSeconds(21));
        using var hit = await app.Client.GetAsync("/users/1", Token);
        using var again = await app.Client.GetAsync("/users/1", Token);

        Assert.Equal(1, _runs.Count);
        Assert.NotNull(miss.Headers.ETag);
        Assert.Equal((miss.Headers.ETag, miss.Headers.ETag), (hit.Headers.ETag, again.Headers.ETag));
        Assert.Equal((null, TimeSpan.FromSeconds(21), TimeSpan.FromSeconds(21)), (miss.Headers.Age, hit.Headers.Age, again.Headers.Age));
        Assert.Equal(["Cacheme; fwd=miss; stored; ttl=60"], miss.Headers.GetValues("Cache-Status"));
        Assert.Equal(["Cacheme; hit; ttl=39; detail=local"], hit.Headers.GetValues("Cache-Status"));
        Assert.Equal(["no-cache, private", "no-cache, private"], [miss.Headers.CacheControl?.ToString(), hit.Headers.CacheControl?.ToString()]);
        Assert.Equal(hit.Content.Headers.ContentLength, (await again.Content.ReadAsByteArrayAsync(Token)).Length);
    }

    [Theory]
    [InlineData("{0}", HttpStatusCode.NotModified)]
    [InlineData("\"other\", {0}", HttpStatusCode.NotModified)]
    [InlineData("*", HttpStatusCode.NotModified)]
    [InlineData("\"other\"", HttpStatusCode.OK)]
    public async Task IfNoneMatch_OfWhatTheClientHas_Is304WithoutABody(string match, HttpStatusCode expected)
    {
        await using var app = await StartUsersAsync();
        using var first = await app.Client.GetAsync("/users/1", Token);

        for (var i = 0; i < 2; i++)
        {
            using var answer = await GetAsync(app, "/users/1", ("If-None-Match", string.Format(System.Globalization.CultureInfo.InvariantCulture, match, first.Headers.ETag)));

            Assert.Equal(expected, answer.StatusCode);
            Assert.Equal(first.Headers.ETag, answer.Headers.ETag);
            Assert.Equal("no-cache, private", answer.Headers.CacheControl?.ToString());
            Assert.Equal(expected == HttpStatusCode.OK, (await answer.Content.ReadAsByteArrayAsync(Token)).Length > 0);
            Assert.Equal(expected == HttpStatusCode.OK, answer.Content.Headers.ContentType is not null);
        }
    }

    [Fact]
    public async Task IfNoneMatch_OfTheRequestThatLoads_Is304Too()
    {
        await using var app = await StartUsersAsync(invalidated: true);
        using var first = await app.Client.GetAsync("/users/1", Token);
        await app.Services.GetRequiredService<ICacheme>().InvalidateAsync(new MinuteUserNode(1), Token);

        using var answer = await GetAsync(app, "/users/1", ("If-None-Match", first.Headers.ETag!.ToString()));

        Assert.Equal((HttpStatusCode.NotModified, 2), (answer.StatusCode, _runs.Count));
    }

    [Fact]
    public async Task Invalidated_TheClientThatAsksAgain_GetsTheNewOne()
    {
        await using var app = await StartUsersAsync();
        using var first = await app.Client.GetAsync("/users/1", Token);
        await app.Services.GetRequiredService<ICacheme>().InvalidateAsync(new MinuteUserNode(1), Token);

        using var answer = await GetAsync(app, "/users/1", ("If-None-Match", first.Headers.ETag!.ToString()));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("""{"id":1,"name":"run 2"}""", await answer.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task Head_OfAnEntry_SaysWhatGetWouldAndHasNoBody()
    {
        await using var app = await StartUsersAsync();
        using var get = await app.Client.GetAsync("/users/1", Token);

        using var head = await app.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/users/1"), Token);

        Assert.Equal((HttpStatusCode.OK, get.Headers.ETag, get.Content.Headers.ContentLength), (head.StatusCode, head.Headers.ETag, head.Content.Headers.ContentLength));
        Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(Token));
    }

    [Fact]
    public async Task MaxAge_IsWhatIsLeftWhenTheAgeIsTakenOff()
    {
        await using var app = await StartUsersAsync(options => options.MaxAge());
        using var miss = await app.Client.GetAsync("/users/1", Token);
        _time.Advance(TimeSpan.FromSeconds(45));

        using var hit = await app.Client.GetAsync("/users/1", Token);

        Assert.Equal("max-age=60, private", miss.Headers.CacheControl?.ToString());
        Assert.Equal(("max-age=60, private", TimeSpan.FromSeconds(45)), (hit.Headers.CacheControl?.ToString(), hit.Headers.Age));
    }

    [Fact]
    public async Task PublicMaxAge_WithABound_IsNoLonger()
    {
        await using var app = await StartUsersAsync(options => options.Shared().PublicMaxAge(TimeSpan.FromSeconds(10)));

        using var miss = await app.Client.GetAsync("/users/1", Token);

        Assert.Equal("public, max-age=10", miss.Headers.CacheControl?.ToString());
    }

    [Fact]
    public async Task MaxAge_OfWhatIsNotStored_IsNotSaid()
    {
        await using var app = await StartAsync(web => web.MapGet("/users/{userId:int}", IResult (int userId) => TypedResults.NotFound()).CacheWith<UserNode>(options => options.MaxAge()));

        using var answer = await app.Client.GetAsync("/users/1", Token);

        Assert.Null(answer.Headers.CacheControl);
        Assert.Null(answer.Headers.ETag);
        Assert.Equal(["Cacheme; fwd=miss; detail=result"], answer.Headers.GetValues("Cache-Status"));
    }

    [Theory]
    [InlineData("POST", null, null, "Cacheme; fwd=method")]
    [InlineData("GET", "Cache-Control", "no-store", "Cacheme; fwd=request")]
    [InlineData("GET", "Authorization", "Bearer abc", "Cacheme; fwd=bypass; detail=authorization")]
    public async Task Bypass_SaysWhy(string method, string? header, string? value, string status)
    {
        await using var app = await StartUsersAsync();
        var request = new HttpRequestMessage(new HttpMethod(method), "/users/1");
        if (header is not null)
        {
            request.Headers.TryAddWithoutValidation(header, value);
        }

        using var answer = await app.Client.SendAsync(request, Token);

        Assert.Equal([status], answer.Headers.GetValues("Cache-Status"));
        Assert.Null(answer.Headers.ETag);
    }

    [Fact]
    public async Task CacheStatus_OfAHandlerThatSetsHeaders_SaysThatTheyAreWhy()
    {
        await using var app = await StartAsync(web => web.MapGet("/users/{userId:int}", (int userId, HttpResponse response) =>
        {
            response.Headers["X-Total"] = "1";
            return new User(userId, $"run {_runs.Next()}");
        }).CacheWith<UserNode>(options => options.Ignore("response")));

        using var first = await app.Client.GetAsync("/users/1", Token);
        using var second = await app.Client.GetAsync("/users/1", Token);

        Assert.Equal(["Cacheme; fwd=miss; detail=headers"], second.Headers.GetValues("Cache-Status"));
        Assert.Equal(("1", 2), (second.Headers.GetValues("X-Total").Single(), _runs.Count));
    }

    [Theory]
    [InlineData("json")]
    [InlineData("text")]
    [InlineData("status")]
    public async Task CacheStatus_OfAResultThatIsNoValue_SaysThatItIsWhy(string kind)
    {
        await using var app = await StartAsync(web => web.MapGet("/users/{userId:int}", IResult (int userId) => _runs.Next() is var run && kind == "json"
            ? TypedResults.Json(new User(userId, $"run {run}"))
            : kind == "text" ? TypedResults.Text("x") : TypedResults.StatusCode(200)).CacheWith<UserNode>());

        using var first = await app.Client.GetAsync("/users/1", Token);
        using var second = await app.Client.GetAsync("/users/1", Token);

        Assert.Equal(["Cacheme; fwd=miss; detail=result"], second.Headers.GetValues("Cache-Status"));
        Assert.Equal(2, _runs.Count);
    }

    [Fact]
    public async Task CacheStatus_IsLeftOutWhereTheEndpointSaysSo()
    {
        await using var app = await StartUsersAsync(options => options.WithoutCacheStatus());

        using var answer = await app.Client.GetAsync("/users/1", Token);

        Assert.False(answer.Headers.Contains("Cache-Status"));
        Assert.NotNull(answer.Headers.ETag);
    }

    [Fact]
    public async Task Vary_OfWhatClientsMayKeep_NamesTheHeadersOfTheNode()
    {
        await using var app = await StartAsync(web => web
            .MapGet("/{prefix}", (string prefix, [Microsoft.AspNetCore.Mvc.FromHeader(Name = "X-Shade")] Shade shade) => $"{prefix} {shade}")
            .CacheWith<SearchNode>(options => options.Map<Guid?>("id", _ => null).Map("page", _ => 1).MaxAge()));
        using var first = await GetAsync(app, "/a", ("X-Shade", "Dark"));
        using var second = await GetAsync(app, "/a", ("X-Shade", "Light"));

        Assert.Equal(["X-Shade", "Authorization", "Cookie"], first.Headers.Vary);
        Assert.Equal(("a Dark", "a Light"), (await first.Content.ReadAsStringAsync(Token), await second.Content.ReadAsStringAsync(Token)));
    }

    [Fact]
    public async Task Vary_OfWhatEverybodyShares_NamesTheHeadersThatAreMapped()
    {
        await using var app = await StartAsync(web => web.MapGet("/", (HttpContext http) => http.Request.Headers.AcceptLanguage.ToString())
            .CacheWith<TextNode>(options => options.Ignore("http").Shared().PublicMaxAge(TimeSpan.FromSeconds(10)).Map("name", http => http.Request.Headers.AcceptLanguage.ToString(), header: "Accept-Language")));

        using var answer = await GetAsync(app, "/", ("Accept-Language", "de"));

        Assert.Equal(["Accept-Language"], answer.Headers.Vary);
    }

    [Fact]
    public async Task CacheControl_ThatAMiddlewareHasSet_Stays()
    {
        await using var app = await StartAsync(web =>
        {
            web.Use((http, next) =>
            {
                http.Response.Headers.CacheControl = "no-transform";
                return next(http);
            });
            web.MapGet("/users/{userId:int}", (int userId) => new User(userId, $"run {_runs.Next()}")).CacheWith<UserNode>();
        });

        await app.Client.GetStringAsync("/users/1", Token);
        using var answer = await app.Client.GetAsync("/users/1", Token);

        Assert.Equal(IsEarly ? "no-cache, private" : "no-transform", answer.Headers.CacheControl?.ToString()); // What stands behind UseCacheme is not run on a hit.
        Assert.Equal(1, _runs.Count);
    }

    private static async Task<HttpResponseMessage> GetAsync(TestApp app, string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await app.Client.SendAsync(request, Token);
    }

    private Task<TestApp> StartUsersAsync(Action<NodeEndpointOptions>? configure = null, bool invalidated = false) => StartAsync(
        web => web.MapMethods("/users/{userId:int}", ["GET", "HEAD", "POST"], (int userId) => new User(userId, invalidated && _runs.Next() > 0 ? "Ada" : $"run {_runs.Next()}"))
            .CacheWith<MinuteUserNode>(configure),
        services => services.AddSingleton<TimeProvider>(_time));
}
