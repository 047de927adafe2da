using System.Globalization;
using System.Net;
using System.Security.Claims;
using System.Text.Json;
using Cacheme.AspNetCore.Tests.Callers;
using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Tests.Endpoints;

/// <summary>What clients see of a cached endpoint is what they would see without a cache, and by the rules of HTTP.</summary>
public class SameAnswerTests : EndpointTests
{
    private readonly Counter _runs = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("no-store")]
    [InlineData("NO-STORE")]
    [InlineData("max-age=0, no-store")]
    [InlineData("no-store, max-age=abc")]
    [InlineData("no-store, max-age=")]
    [InlineData("no-store,")]
    [InlineData("no-cache, no-store, must-revalidate, max-age=0, post-check=0, pre-check=0")]
    [InlineData("no-store, max-age=99999999999")]
    [InlineData("no-store, max-age=-1")]
    public async Task NoStore_OfARequest_IsHonouredHoweverItIsWritten(string header)
    {
        await using var app = await StartAsync(web => web.MapGet("/users/{userId:int}", Next).CacheWith<UserNode>());

        for (var i = 0; i < 2; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/users/1");
            request.Headers.TryAddWithoutValidation("Cache-Control", header);
            using var answer = await app.Client.SendAsync(request, Token);
            answer.EnsureSuccessStatusCode();
        }

        Assert.Equal(2, _runs.Count);
    }

    [Theory]
    [InlineData("no-store, max-age=abc")]
    [InlineData("no-store, max-age=-1")]
    [InlineData("private, no-store")]
    public async Task NoStore_OfAResponse_IsHonouredHoweverItIsWritten(string header)
    {
        await using var app = await TestApp.StartAsync(web =>
        {
            web.Use((http, next) =>
            {
                http.Response.Headers.CacheControl = header;
                return next(http);
            });
            if (IsEarly)
            {
                web.UseCacheme();
            }

            web.MapGet("/users/{userId:int}", Next).CacheWith<UserNode>();
        });

        await ReadAsync(app, "/users/1");
        await ReadAsync(app, "/users/1");

        Assert.Equal(2, _runs.Count);
    }

    [Fact]
    public async Task MaxAge_WithoutShared_VariesByWhoAsks()
    {
        // The server answers an authenticated caller by the handler; his browser must not serve what it got before he signed in.
        await using var app = await StartWithAuthenticationAsync(web => web.MapGet("/users/{userId:int}", Next).CacheWith<MinuteUserNode>(options => options.MaxAge()));

        using var answer = await app.Client.GetAsync("/users/1", Token);

        Assert.Contains("Cookie", answer.Headers.Vary);
    }

    [Fact]
    public async Task HeaderArray_IsTheNodesAsTheHandlerGetsIt()
    {
        await using var app = await StartAsync(
            web => web.MapGet("/x", ([FromHeader(Name = "X-Ids")] string[] ids) => $"{ids.Length} {_runs.Next()}").CacheWith<HeaderArrayNode>(),
            AddNodes);
        app.Client.DefaultRequestHeaders.TryAddWithoutValidation("X-Ids", "a,b");

        var first = await ReadAsync(app, "/x");
        await app.Services.GetRequiredService<ICacheme>().InvalidateAsync(new HeaderArrayNode(first[0] == '2' ? ["a", "b"] : ["a,b"]), Token);

        Assert.NotEqual(first, await ReadAsync(app, "/x"));
    }

    [Fact]
    public async Task UserWhoseNameHasTheKeysSeparator_GetsHisOwn()
    {
        await using var app = await StartWithAuthenticationAsync(
            web => web.MapGet("/search", (string q, ClaimsPrincipal user) => $"{user.FindFirstValue("sub")}: {q}")
                .RequireAuthorization().CacheWith<UserSearchNode>(options => options.VaryByUser()),
            AddNodes);

        using var ada = await SendAsync(app, "/search?q=b:c", "sub=ada");
        using var other = await SendAsync(app, "/search?q=c", "sub=ada:b");

        Assert.Equal("ada:b: c", await other.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task Bytes_AreWrittenAsWithoutACache()
    {
        await using var app = await StartAsync(
            web =>
            {
                web.MapGet("/cached/{id:int}", (int id) => new byte[] { 1, 2, 3 }).CacheWith<BytesNode>();
                web.MapGet("/live/{id:int}", (int id) => new byte[] { 1, 2, 3 });
            },
            AddNodes);

        Assert.Equal(await ReadAsync(app, "/live/1"), await ReadAsync(app, "/cached/1"));
        Assert.Equal(await ReadAsync(app, "/live/1"), await ReadAsync(app, "/cached/1"));
    }

    [Fact]
    public async Task ContentTypeThatAnOuterFilterSets_StaysForTexts()
    {
        await using var app = await StartAsync(web =>
        {
            var group = web.MapGroup("").AddEndpointFilter((context, next) =>
            {
                context.HttpContext.Response.ContentType = "text/csv";
                return next(context);
            });
            group.MapGet("/cached/{name}", (string name) => "a,b").CacheWith<TextNode>();
            group.MapGet("/live/{name}", (string name) => "a,b");
        });

        using var live = await app.Client.GetAsync("/live/x", Token);
        for (var i = 0; i < 2; i++)
        {
            using var cached = await app.Client.GetAsync("/cached/x", Token);
            Assert.Equal(live.Content.Headers.ContentType, cached.Content.Headers.ContentType);
        }
    }

    [Fact]
    public async Task StatusThatTheHandlerSets_IsNotCached()
    {
        await using var app = await StartAsync(web => web.MapGet("/users/{userId:int}", (int userId, HttpContext http) =>
        {
            http.Response.StatusCode = 202;
            return Next(userId);
        }).CacheWith<UserNode>(options => options.Ignore("http")));

        for (var i = 0; i < 2; i++)
        {
            using var answer = await app.Client.GetAsync("/users/1", Token);
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        }

        Assert.Equal(2, _runs.Count);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("\"x\", {0}")]
    [InlineData("{1}")]
    [InlineData("W/\"x\",{0},\"y\"")]
    public async Task IfNoneMatch_OfAnyForm_Is304WithTheHeadersOf200(string form)
    {
        await using var app = await StartAsync(web => web.MapGet("/users/{userId:int}", Next).CacheWith<MinuteUserNode>(options => options.Shared().PublicMaxAge()));
        using var full = await app.Client.GetAsync("/users/1", Token);
        var tag = full.Headers.ETag!.ToString();

        using var request = new HttpRequestMessage(HttpMethod.Get, "/users/1");
        request.Headers.TryAddWithoutValidation("If-None-Match", string.Format(CultureInfo.InvariantCulture, form, tag, tag[2..]));
        using var answer = await app.Client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.NotModified, answer.StatusCode);
        Assert.Equal((full.Headers.ETag, full.Headers.CacheControl?.Public), (answer.Headers.ETag, answer.Headers.CacheControl?.Public));
        Assert.Equal(full.Headers.Vary, answer.Headers.Vary);
    }

    [Theory]
    [InlineData("rubbish")]
    [InlineData("\"unclosed")]
    [InlineData("")]
    public async Task IfNoneMatch_ThatIsRubbish_IsNotHeard(string header)
    {
        await using var app = await StartAsync(web => web.MapGet("/users/{userId:int}", Next).CacheWith<UserNode>());
        await ReadAsync(app, "/users/1");

        using var request = new HttpRequestMessage(HttpMethod.Get, "/users/1");
        request.Headers.TryAddWithoutValidation("If-None-Match", header);
        using var answer = await app.Client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task OpenApi_IsTheSameWithAndWithoutCacheWith()
    {
        var documents = new List<string>();
        foreach (var isCached in (bool[])[false, true])
        {
            await using var app = await StartAsync(
                web =>
                {
                    var one = web.MapGet("/a/{userId:int}", Results<Ok<User>, NotFound> (int userId) => TypedResults.Ok(Next(userId))).WithName("a");
                    var two = web.MapGet("/b/{userId:int}", Next).Produces(418);
                    var three = web.MapGet("/c/{name}", (string name) => name);
                    if (isCached)
                    {
                        one.CacheWith<MaybeUserNode>();
                        two.CacheWith<UserNode>();
                        three.CacheWith<TextNode>();
                    }

                    web.MapOpenApi();
                },
                services => services.AddOpenApi());
            using var document = JsonDocument.Parse(await app.Client.GetStringAsync("/openapi/v1.json", Token));
            documents.Add(document.RootElement.GetProperty("paths").GetRawText());
        }

        Assert.Equal(documents[0], documents[1]);
    }

    private static void AddNodes(IServiceCollection services) => services.AddCacheme(cacheme => cacheme
        .AddNode<HomeNode>().AddNode<UserSearchNode>().AddNode<HeaderArrayNode>().AddNode<BytesNode>());

    private static ValueTask<object?> Guard(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        context.HttpContext.Request.Headers.ContainsKey("X-Key") ? next(context) : ValueTask.FromResult<object?>(TypedResults.StatusCode(403));

    private static async Task AssertGuardedAsync(TestApp app, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("X-Key", "x");
        using var allowed = await app.Client.SendAsync(request, Token);
        using var refused = await app.Client.GetAsync(path, Token);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Forbidden), (allowed.StatusCode, refused.StatusCode));
    }

    private static async Task<string> ReadAsync(TestApp app, string path)
    {
        using var answer = await app.Client.GetAsync(path, Token);
        return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync(Token) : $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(Token)}";
    }

    private static async Task<HttpResponseMessage> SendAsync(TestApp app, string path, string caller)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add(HeaderAuthentication.Header, caller);
        return await app.Client.SendAsync(request, Token);
    }

    private Task<TestApp> StartWithAuthenticationAsync(Action<WebApplication> map, Action<IServiceCollection>? configure = null) => TestApp.StartAsync(
        web =>
        {
            web.UseAuthentication();
            web.UseAuthorization();
            if (IsEarly)
            {
                web.UseCacheme();
            }

            map(web);
        },
        services =>
        {
            services.AddAuthentication(HeaderAuthentication.SchemeName).AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>(HeaderAuthentication.SchemeName, null);
            services.AddAuthorization();
            configure?.Invoke(services);
        });

    private User Next(int userId) => new(userId, $"run {_runs.Next()}");
}
