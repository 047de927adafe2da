using System.Net;
using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore.Tests.Results;

/// <summary>Everything but a successful value is the answer of its own request only.</summary>
public class UncachedResultTests : EndpointTests
{
    private readonly Counter _runs = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, HttpStatusCode> Others => new()
    {
        { "notfound", HttpStatusCode.NotFound },
        { "notfoundvalue", HttpStatusCode.NotFound },
        { "problem", HttpStatusCode.InternalServerError },
        { "redirect", HttpStatusCode.Redirect },
        { "file", HttpStatusCode.OK },
        { "stream", HttpStatusCode.OK },
        { "json", HttpStatusCode.OK },
        { "created", HttpStatusCode.Created },
        { "nothing", HttpStatusCode.OK },
        { "nullvalue", HttpStatusCode.OK },
        { "othervalue", HttpStatusCode.OK },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public async Task Result_ThatIsNoValue_RunsTheHandlerEachTime(string kind, HttpStatusCode status)
    {
        await using var app = await StartAsync(web => web.MapGet("/{userId:int}", (int userId) =>
        {
            _runs.Next();
            return Result(kind, userId);
        }).CacheWith<UserNode>());

        using var first = await app.Client.GetAsync("/1", Token);
        using var second = await app.Client.GetAsync("/1", Token);

        Assert.Equal((status, status), (first.StatusCode, second.StatusCode));
        Assert.Equal(2, _runs.Count);
    }

    public static TheoryData<string> Marks => ["set-cookie", "no-store", "private", "status"];

    [Theory]
    [MemberData(nameof(Marks))]
    public async Task Response_WithAMarkOfItsOwn_RunsTheHandlerEachTime(string mark)
    {
        await using var app = await StartAsync(web => web.MapGet("/{userId:int}", (int userId, HttpResponse response) =>
        {
            _runs.Next();
            Mark(response, mark);
            return new User(userId, "Ada");
        }).CacheWith<UserNode>(options => options.Ignore("response")));

        using var first = await app.Client.GetAsync("/1", Token);
        using var second = await app.Client.GetAsync("/1", Token);

        Assert.Equal(2, _runs.Count);
        Assert.Equal(mark == "set-cookie", first.Headers.Contains("Set-Cookie") && second.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Trailers_OfTheHandler_AreNotLost()
    {
        await using var app = await TestApp.StartAsync(
            web =>
            {
                if (IsEarly)
                {
                    web.UseCacheme();
                }

                web.MapGet("/{userId:int}", (int userId, HttpResponse response) =>
                {
                    response.AppendTrailer("X-Sum", $"{_runs.Next()}");
                    return new User(userId, "Ada");
                }).CacheWith<UserNode>(options => options.Ignore("response"));
            },
            isHttp2: true); // HTTP/1.1 has none

        foreach (var sum in (string[])["1", "2"])
        {
            using var answer = await app.Client.GetAsync("/1", Token);
            await answer.Content.ReadAsStringAsync(Token);
            Assert.Equal([sum], answer.TrailingHeaders.GetValues("X-Sum"));
        }
    }

    [Fact]
    public async Task Response_ThatTheHandlerWroteItself_RunsTheHandlerEachTime()
    {
        await using var app = await StartAsync(web => web.MapGet("/{userId:int}", async Task<IResult> (int userId, HttpResponse response) =>
        {
            await response.WriteAsync($"run {_runs.Next()}", Token);
            return TypedResults.Empty;
        }).CacheWith<UserNode>(options => options.Ignore("response")));

        Assert.Equal("run 1", await app.Client.GetStringAsync("/1", Token));
        Assert.Equal("run 2", await app.Client.GetStringAsync("/1", Token));
    }

    [Fact]
    public async Task ResultThatWrapsAnother_KeepsWhatItAdds()
    {
        await using var app = await StartAsync(web => web.MapGet("/users/{userId:int}", IResult (int userId) => new WithCookie(TypedResults.Ok(new User(userId, $"run {_runs.Next()}")))).CacheWith<UserNode>());

        using var first = await app.Client.GetAsync("/users/1", Token);
        using var second = await app.Client.GetAsync("/users/1", Token);

        Assert.Equal((true, true), (first.Headers.Contains("Set-Cookie"), second.Headers.Contains("Set-Cookie")));
        Assert.Equal(2, _runs.Count);
    }

    [Fact]
    public async Task ObjectHandler_ThatReturnsAResult_IsAnsweredByTheResult()
    {
        await using var app = await StartAsync(web =>
            web.MapGet("/things/{id:int}", object (int id) => _runs.Next() > 0 && id > 100 ? TypedResults.NotFound() : new User(id, "Ada")).CacheWith<AnythingNode>());

        using var missing = await app.Client.GetAsync("/things/1000", Token);
        using var again = await app.Client.GetAsync("/things/1000", Token);

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound, 2), (missing.StatusCode, again.StatusCode, _runs.Count));
        Assert.Equal("""{"id":1,"name":"Ada"}""", await app.Client.GetStringAsync("/things/1", Token));
        Assert.Equal("""{"id":1,"name":"Ada"}""", await app.Client.GetStringAsync("/things/1", Token));
        Assert.Equal(3, _runs.Count);
    }

    [Fact]
    public async Task Null_OfANodeThatDoesNotCacheIt_IsAnsweredAndNotStored()
    {
        await using var app = await StartAsync(web => web.MapGet("/{userId:int}", User? (int userId) => Nobody()).CacheWith<UserNode>());

        Assert.Equal("null", await app.Client.GetStringAsync("/1", Token));
        Assert.Equal("null", await app.Client.GetStringAsync("/1", Token));
        Assert.Equal(2, _runs.Count);
    }

    [Fact]
    public async Task Null_OfANodeThatCachesIt_IsAnsweredFromTheCache()
    {
        await using var app = await StartAsync(web => web.MapGet("/{userId:int}", User? (int userId) => Nobody()).CacheWith<MaybeUserNode>());

        Assert.Equal("null", await app.Client.GetStringAsync("/1", Token));
        Assert.Equal("null", await app.Client.GetStringAsync("/1", Token));
        Assert.Equal(1, _runs.Count);
    }

    [Fact]
    public async Task CachedNull_WhereTheHandlerAnswersWithOk_LeavesTheAnswerToTheHandler()
    {
        await using var app = await StartAsync(web =>
        {
            web.MapGet("/plain/{userId:int}", User? (int userId) => Nobody()).CacheWith<MaybeUserNode>();
            web.MapGet("/ok/{userId:int}", IResult (int userId) => TypedResults.NotFound(_runs.Next())).CacheWith<MaybeUserNode>();
        });

        await app.Client.GetStringAsync("/plain/1", Token);
        using var answer = await app.Client.GetAsync("/ok/1", Token);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static IResult Result(string kind, int userId) => kind switch
    {
        "notfound" => TypedResults.NotFound(),
        "notfoundvalue" => TypedResults.NotFound(new User(userId, "Ada")),
        "problem" => TypedResults.Problem(),
        "redirect" => TypedResults.Redirect("/elsewhere"),
        "file" => TypedResults.File([1, 2, 3]),
        "stream" => TypedResults.Stream(new MemoryStream([1, 2, 3])),
        "json" => TypedResults.Json(new User(userId, "Ada")),
        "created" => TypedResults.Created("/1", new User(userId, "Ada")),
        "nothing" => TypedResults.Ok(),
        "nullvalue" => TypedResults.Ok<User?>(null),
        "othervalue" => TypedResults.Ok("Ada"),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static void Mark(HttpResponse response, string mark)
    {
        switch (mark)
        {
            case "set-cookie":
                response.Cookies.Append("session", "1");
                break;
            case "status":
                response.StatusCode = StatusCodes.Status202Accepted;
                break;
            default:
                response.Headers.CacheControl = mark;
                break;
        }
    }

    private User? Nobody()
    {
        _runs.Next();
        return null;
    }

    /// <summary>A result of the application's own around another.</summary>
    private sealed class WithCookie(IResult inner) : IResult, INestedHttpResult
    {
        public IResult Result => inner;

        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Cookies.Append("seen", "yes");
            return inner.ExecuteAsync(httpContext);
        }
    }
}
