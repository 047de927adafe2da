using System.Net;
using System.Reflection;
using System.Security.Claims;
using Cacheme.AspNetCore.Tests.Callers;
using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Tests.Endpoints;

/// <summary>Endpoints, callers, requests and answers that are rare, and must hold all the same.</summary>
public class UnusualEndpointTests : EndpointTests
{
    private readonly Counter _runs = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task User_WithTwoNameIdentifiersThatDiffer_IsNotCachedByHisSub()
    {
        const string id = ClaimTypes.NameIdentifier;
        await using var app = await StartWithAuthenticationAsync(web => web.MapGet("/mine", (ClaimsPrincipal user) => $"of {user.FindFirstValue(id)}")
            .RequireAuthorization().CacheWith<UserOrdersNode>(options => options.VaryByUser()));

        Assert.Equal("of bob", await ReadAsync(app, "/mine", $"{id}=bob;{id}=ada;sub=ada"));
        Assert.Equal("of ada", await ReadAsync(app, "/mine", $"{id}=ada;sub=ada"));
    }

    [Theory]
    [InlineData("size=abc")]
    [InlineData("")]
    public async Task IgnoredParameter_ThatDoesNotBind_Is400OnAHitToo(string query)
    {
        await using var app = await StartAsync(web => web.MapGet("/u/{userId:int}", (int userId, int size) => Next(userId)).CacheWith<UserNode>(options => options.Ignore("size")));
        await ReadAsync(app, "/u/1?size=1", null);

        using var answer = await app.Client.GetAsync($"/u/1?{query}", Token);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task AllowAnonymous_OnAGroupThatAsksForAuthorization_PassesAuthenticatedCallersBy()
    {
        await using var app = await StartWithAuthenticationAsync(web => web.MapGroup("").RequireAuthorization().MapGet("/x/{name}", (string name, IHttpContextAccessor accessor) => $"{accessor.HttpContext!.User.FindFirstValue("sub")}")
            .AllowAnonymous().CacheWith<TextNode>());

        Assert.Equal("ada", await ReadAsync(app, "/x/1", "sub=ada"));
        Assert.Equal("", await ReadAsync(app, "/x/1", null));
        Assert.Equal("bob", await ReadAsync(app, "/x/1", "sub=bob"));
    }

    [Fact]
    public async Task Authorization_AddedLater_OnTheEndpointOrByAFinalConvention_RefusesTheStart()
    {
        await Assert.ThrowsAsync<CachemeSetupException>(() => StartWithAuthenticationAsync(web => web.MapGet("/u/{userId:int}", Next).CacheWith<UserNode>().RequireAuthorization()));
        await Assert.ThrowsAsync<CachemeSetupException>(() => StartWithAuthenticationAsync(web =>
        {
            var outer = web.MapGroup("/o");
            outer.MapGroup("/i").MapGet("/u/{userId:int}", Next).CacheWith<UserNode>();
            outer.RequireAuthorization("x");
        }));
        await Assert.ThrowsAsync<CachemeSetupException>(() => StartWithAuthenticationAsync(web =>
            ((IEndpointConventionBuilder)web.MapGet("/u/{userId:int}", Next).CacheWith<UserNode>()).Finally(endpoint => endpoint.Metadata.Add(new AuthorizeAttribute()))));
    }

    [Fact]
    public async Task ClaimsTransformation_IsWhatEntriesVaryBy()
    {
        await using var app = await StartWithAuthenticationAsync(
            web => web.MapGet("/mine", (ClaimsPrincipal user) => $"of {user.FindFirstValue("uid")}").RequireAuthorization()
                .CacheWith<UserOrdersNode>(options => options.VaryByUser(claimType: "uid")),
            services => services.AddTransient<IClaimsTransformation, AddUid>());

        Assert.Equal("of uid-ada", await ReadAsync(app, "/mine", "sub=ada"));
        Assert.Equal("of uid-bob", await ReadAsync(app, "/mine", "sub=bob"));
    }

    [Fact]
    public async Task LegitimateHandlers_AreNotRefused()
    {
        await using var app = await StartAsync(
            web =>
            {
                var group = web.MapGroup("/t/{name}");
                group.MapGet("/a", () => $"run {_runs.Next()}").CacheWith<TextNode>();
                group.MapGet("/b", ([FromKeyedServices("k")] Counter keyed, string name) => $"run {keyed.Next()}").CacheWith<TextNode>();
                group.MapGet("/c", ([AsParameters] Query query) => $"run {query.Keyed.Next()}").CacheWith<TextNode>();
                group.MapGet("/d", (string name, IServiceProvider services, IEnumerable<Counter> counters, CancellationToken token = default) => "d").CacheWith<TextNode>();
                group.MapGet("/e", ValueTask<Results<Ok<string>, ProblemHttpResult, NotFound>> (string name) => new(TypedResults.Ok("e"))).CacheWith<TextNode>();
                group.MapGet("/f", Task<IResult> (string name) => Task.FromResult<IResult>(TypedResults.Ok("f"))).CacheWith<TextNode>();
                group.MapGet("/g", Results<Results<Ok<string>, NotFound>, BadRequest> (string name) => (Results<Ok<string>, NotFound>)TypedResults.Ok($"run {_runs.Next()}")).CacheWith<TextNode>();
                group.Map("/h", (string name) => "h").CacheWith<TextNode>();
                group.MapMethods("/i", ["GET", "POST"], (string name) => "i").CacheWith<TextNode>().WithName("named");
                group.MapGet("/j", ([FromHeader(Name = "X-Name")] string? name) => name ?? "none").CacheWith<BlankNode>();
                group.MapGet("/k", (Bound bound) => bound.Name).CacheWith<TextNode>(options => options.Ignore("bound"));
            },
            services =>
            {
                services.AddKeyedSingleton("k", _runs);
                services.AddSingleton(_runs);
            });

        foreach (var path in "abcdefghik")
        {
            var url = $"/t/{path}-x/{path}";
            var first = await ReadAsync(app, url, null);
            using var second = await app.Client.GetAsync(url, Token);
            Assert.Contains("hit", second.Headers.GetValues("Cache-Status").Single(), StringComparison.Ordinal);
            Assert.Equal(first, await second.Content.ReadAsStringAsync(Token));
        }
    }

    [Fact]
    public async Task DuplicateQueryKeys_AreOneHandlersValueAndOneKey()
    {
        await using var app = await StartAsync(web => web.MapGet("/x", (string name) => name).CacheWith<TextNode>());

        Assert.Equal("a,b", await ReadAsync(app, "/x?name=a&name=b", null));
        Assert.Equal("a,b", await ReadAsync(app, "/x?name=a&NAME=b", null));
        Assert.Equal("b", await ReadAsync(app, "/x?name=b", null));
        Assert.Equal("a", await ReadAsync(app, "/x?name=a", null));
        Assert.Equal("A", await ReadAsync(app, "/x?name=A", null));
        Assert.Equal("a ", await ReadAsync(app, "/x?name=a%20", null));
        Assert.Equal("\u001e", await ReadAsync(app, "/x?name=%1E", null));
        Assert.Equal("\u001ea", await ReadAsync(app, "/x?name=%1Ea", null));
    }

    [Fact]
    public async Task RouteValuesOfAMappedNode_DuplicatesAndRubbish_Are400()
    {
        await using var app = await StartAsync(web => web.MapNode<LoadedNode>("/q"), services => services.AddSingleton(_runs));

        foreach (var query in (string[])["userId=1&userId=2", "userId=", "userId=x", "", "userId=1&shade=dark&shade=light", "userId=99999999999"])
        {
            using var answer = await app.Client.GetAsync($"/q?{query}", Token);
            Assert.Equal((query, HttpStatusCode.BadRequest), (query, answer.StatusCode));
        }
    }

    [Fact]
    public async Task RawEndpoint_InACachedGroup_StartsOrNamesTheCure()
    {
        try
        {
            await using var app = await StartAsync(
                web =>
                {
                    var group = web.MapGroup("/g").CacheWith<UserNode>();
                    group.MapGet("/raw", http => http.Response.WriteAsync("raw"));
                    group.MapHealthChecks("/health");
                },
                services => services.AddHealthChecks());
            Assert.Equal("raw", await ReadAsync(app, "/g/raw", null));
            Assert.Equal("Healthy", await ReadAsync(app, "/g/health", null));
        }
        catch (CachemeSetupException refusal)
        {
            Assert.Contains("DisableCaching", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task RawEndpoints_InACachedGroup_CanBeLeftOut()
    {
        await using var app = await StartAsync(
            web =>
            {
                var group = web.MapGroup("/g").CacheWith<UserNode>();
                group.MapGet("/raw", http => http.Response.WriteAsync("raw")).DisableCaching();
                group.MapHealthChecks("/health").DisableCaching();
                group.MapGet("/{userId:int}", Next);
            },
            services => services.AddHealthChecks());

        Assert.Equal("raw", await ReadAsync(app, "/g/raw", null));
        Assert.Equal("Healthy", await ReadAsync(app, "/g/health", null));
        Assert.Equal(await ReadAsync(app, "/g/1", null), await ReadAsync(app, "/g/1", null));
    }

    [Fact]
    public async Task TwoTypes_OfOneKey_NeverServeEachOther()
    {
        await using var app = await StartAsync(web =>
        {
            web.MapGet("/a/{userId:int}", Next).CacheWith<UserNode>();
            web.MapGet("/b/{userId:int}", (int userId) => TypedResults.Ok(new Admin(userId, "admin"))).CacheWith<MinuteUserNode>();
            web.MapGet("/c/{userId:int}", (int userId) => TypedResults.Ok(new Admin(userId, "admin"))).CacheWith<UserNode>();
        });

        Assert.Contains("run 1", await ReadAsync(app, "/a/1", null), StringComparison.Ordinal);
        Assert.Contains("admin", await ReadAsync(app, "/b/1", null), StringComparison.Ordinal);

        // One node, two endpoints: the entry is the node's. A handler that promises more than the node has must not answer with less.
        Assert.Contains("run 1", await ReadAsync(app, "/c/1", null), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MiddlewaresThatTheApplicationAddsItself_StandBeforeIt()
    {
        await using var app = await TestApp.StartAsync(
            web =>
            {
                if (IsEarly)
                {
                    web.UseCacheme();
                }

                web.MapGet("/mine", (ClaimsPrincipal user) => $"of {user.FindFirstValue("sub")}").RequireAuthorization().CacheWith<UserOrdersNode>(options => options.VaryByUser());
                web.MapGet("/open/{name}", (string name, IHttpContextAccessor accessor) => $"{accessor.HttpContext!.User.FindFirstValue("sub")}").CacheWith<TextNode>();
            },
            services =>
            {
                services.AddAuthentication(HeaderAuthentication.SchemeName).AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>(HeaderAuthentication.SchemeName, null);
                services.AddAuthorization();
                services.AddHttpContextAccessor();
            });

        Assert.Equal("of ada", await ReadAsync(app, "/mine", "sub=ada"));
        Assert.Equal("of bob", await ReadAsync(app, "/mine", "sub=bob"));
        Assert.StartsWith("401", await ReadAsync(app, "/mine", null), StringComparison.Ordinal);
        Assert.Equal("ada", await ReadAsync(app, "/open/x", "sub=ada"));
        Assert.Equal("", await ReadAsync(app, "/open/x", null));
    }

    [Fact]
    public async Task HttpLogging_OfBodies_StandsAroundHits()
    {
        await using var app = await TestApp.StartAsync(
            web =>
            {
                web.UseHttpLogging();
                web.UseDefaultFiles();
                web.UseStaticFiles();
                web.UseRequestDecompression();
                web.Use((http, next) =>
                {
                    http.Response.OnStarting(() =>
                    {
                        http.Response.Headers["Server-Timing"] = "total;dur=1";
                        return Task.CompletedTask;
                    });
                    return next(http);
                });
                if (IsEarly)
                {
                    web.UseCacheme();
                }

                web.MapGet("/u/{userId:int}", Next).CacheWith<UserNode>();
            },
            services => services.AddHttpLogging(options => options.LoggingFields = Microsoft.AspNetCore.HttpLogging.HttpLoggingFields.All).AddRequestDecompression());

        for (var i = 0; i < 3; i++)
        {
            using var answer = await app.Client.GetAsync("/u/1", Token);
            Assert.Equal("""{"id":1,"name":"run 1"}""", await answer.Content.ReadAsStringAsync(Token));
            Assert.True(answer.Headers.Contains("Server-Timing"));
        }
    }

    [Fact]
    public async Task RequestTimeout_OfTheLeader_IsHisOnly()
    {
        var gate = new Gate();
        await using var app = await TestApp.StartAsync(
            web =>
            {
                web.UseRequestTimeouts();
                if (IsEarly)
                {
                    web.UseCacheme();
                }

                web.MapGet("/u/{userId:int}", async (int userId, CancellationToken token) =>
                {
                    if (_runs.Next() == 1)
                    {
                        await gate.PassAsync(token);
                    }

                    return new User(userId, "later");
                }).CacheWith<UserNode>().WithRequestTimeout(TimeSpan.FromMilliseconds(400));
            },
            services => services.AddRequestTimeouts());

        var leader = ReadAsync(app, "/u/1", null);
        await gate.Entered;
        await Task.Delay(250, Token);
        var joiner = ReadAsync(app, "/u/1", null);

        Assert.StartsWith("504", await leader, StringComparison.Ordinal);
        Assert.Contains("later", await joiner, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoStore_ThatAnOuterFilterSaysAfterTheHandler_IsHeard()
    {
        await using var app = await StartAsync(web => web.MapGroup("").AddEndpointFilter(async (context, next) =>
        {
            var result = await next(context);
            context.HttpContext.Response.Headers.CacheControl = "no-store";
            return result;
        }).MapGet("/u/{userId:int}", Next).CacheWith<UserNode>());

        await ReadAsync(app, "/u/1", null);
        using var answer = await app.Client.GetAsync("/u/1", Token);

        Assert.Equal(true, answer.Headers.CacheControl?.NoStore);
    }

    [Fact]
    public async Task CacheStatus_OfAnOddStorageName_IsAStructuredField()
    {
        await using var app = await StartAsync(
            web => web.MapGet("/home", () => "x").CacheWith<HomeNode>(options => options.Map("culture", _ => "en")),
            services => services.AddCacheme(cacheme => cacheme.AddLocal("1 odd, \"name\"; x=é", size: 10).AddNode<HomeNode>(policy => policy.Cache("1 odd, \"name\"; x=é"))));

        await ReadAsync(app, "/home", null);
        using var answer = await app.Client.GetAsync("/home", Token);

        Assert.Matches("""^Cacheme; hit; ttl=\d+; detail="1 odd, \\"name\\"; x="$|^Cacheme; hit; detail="1 odd, \\"name\\"; x="$""", answer.Headers.GetValues("Cache-Status").Single());
    }

    [Fact]
    public async Task ClientsThatLeave_WhileALargeBodyIsWritten_LeaveNothingBehind()
    {
        var text = new string('x', 8 * 1024 * 1024);
        await using var app = await StartAsync(web => web.MapGet("/t/{name}", (string name) => _runs.Next() > 0 ? text : "").CacheWith<TextNode>());
        for (var i = 0; i < 10; i++)
        {
            using var answer = await app.Client.GetAsync("/t/a", HttpCompletionOption.ResponseHeadersRead, Token);
            await using var body = await answer.Content.ReadAsStreamAsync(Token);
            await body.ReadExactlyAsync(new byte[1000], Token);
        }

        Assert.Equal(text, await ReadAsync(app, "/t/a", null));
        Assert.Equal(1, _runs.Count);
        Assert.Empty(app.Log);
    }

    [Fact]
    public async Task PublicMaxAge_OnNotFound_IsNotSaid()
    {
        await using var app = await StartAsync(web => web.MapGet("/u/{userId:int}", Results<Ok<User>, NotFound> (int userId) => TypedResults.NotFound()).CacheWith<MaybeUserNode>(options => options.Shared().PublicMaxAge()));

        for (var i = 0; i < 2; i++)
        {
            using var answer = await app.Client.GetAsync("/u/1", Token);
            Assert.Equal((HttpStatusCode.NotFound, false), (answer.StatusCode, answer.Headers.CacheControl?.Public ?? false));
            Assert.Null(answer.Headers.ETag);
        }
    }

    [Fact]
    public async Task Header_ThatChangesTheNode_IsReadTheSameTwice()
    {
        await using var app = await StartAsync(web => web.MapGet("/x", ([FromHeader(Name = "X-Name")] string name) => name).CacheWith<TextNode>());

        foreach (var (first, second) in ((string, string?)[])[("a", null), ("a", "b"), ("a,b", null), ("b", null)])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/x");
            request.Headers.TryAddWithoutValidation("X-Name", second is null ? [first] : [first, second]);
            using var answer = await app.Client.SendAsync(request, Token);
            Assert.Equal(second is null ? first : $"{first},{second}", (await answer.Content.ReadAsStringAsync(Token)).Replace(", ", ",", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task InnerFilter_ThatChangesTheResult_IsPartOfTheLoad()
    {
        await using var app = await StartAsync(web => web.MapGet("/u/{userId:int}", Next).CacheWith<UserNode>(options => options.RunFiltersOnLoads())
            .AddEndpointFilter(async (context, next) => await next(context) is User user && user.Name.EndsWith('1') ? TypedResults.Problem("no", statusCode: 409) : new User(1, "filtered")));

        Assert.StartsWith("409", await ReadAsync(app, "/u/1", null), StringComparison.Ordinal);
        Assert.Contains("filtered", await ReadAsync(app, "/u/1", null), StringComparison.Ordinal);
        Assert.Contains("filtered", await ReadAsync(app, "/u/1", null), StringComparison.Ordinal);
        Assert.Equal(2, _runs.Count);
    }

    [Fact]
    public async Task ManyRequestsAtOnce_OverBothVersions_WhileInvalidating_AreNeverTornOrStale()
    {
        var version = 0;
        await using var app = await StartAsync(web => web.MapGet("/u/{userId:int}", async (int userId) =>
        {
            var seen = Volatile.Read(ref version);
            await Task.Yield();
            return new User(userId, $"{seen}");
        }).CacheWith<UserNode>());
        var cacheme = app.Services.GetRequiredService<ICacheme>();
        for (var round = 0; round < 40; round++)
        {
            var readers = Enumerable.Range(0, 20).Select(_ => ReadAsync(app, "/u/1", null)).ToArray();
            Interlocked.Increment(ref version);
            await cacheme.InvalidateAsync(new UserNode(1), Token);
            Assert.Equal($$"""{"id":1,"name":"{{version}}"}""", await ReadAsync(app, "/u/1", null));
            await Task.WhenAll(readers);
        }
    }

    private static async Task<string> ReadAsync(TestApp app, string path, string? caller)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (caller is not null)
        {
            request.Headers.Add(HeaderAuthentication.Header, caller);
        }

        using var answer = await app.Client.SendAsync(request, Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        return answer.IsSuccessStatusCode ? text : $"{(int)answer.StatusCode} {text}";
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
            services.AddAuthorization(options => options.AddPolicy("x", policy => policy.RequireAuthenticatedUser()));
            services.AddHttpContextAccessor();
            configure?.Invoke(services);
        },
        IsHttp2);

    // Once: its source generator does not take two.

    private User Next(int userId) => new(userId, $"run {_runs.Next()}");

    private sealed record Query(string Name, [FromKeyedServices("k")] Counter Keyed);

    private sealed record Bound(string Name)
    {
        public static ValueTask<Bound?> BindAsync(HttpContext http, ParameterInfo parameter) => new(new Bound($"{http.Request.RouteValues["name"]} {parameter.Name}"));
    }

    private sealed class AddUid : IClaimsTransformation
    {
        public Task<ClaimsPrincipal> TransformAsync(ClaimsPrincipal principal)
        {
            if (principal.FindFirstValue("uid") is null)
            {
                principal.AddIdentity(new ClaimsIdentity([new Claim("uid", $"uid-{principal.FindFirstValue("sub")}")], "added"));
            }

            return Task.FromResult(principal);
        }
    }
}
