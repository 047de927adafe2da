using System.Net;
using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Tests.Controllers;

/// <summary>What of an action's results is kept, and that it is handed out as MVC would write the action's own.</summary>
public class ActionResultTests : EndpointTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("plain")]
    [InlineData("task")]
    [InlineData("valuetask")]
    [InlineData("wrapped")]
    [InlineData("wrapped-ok")]
    [InlineData("wrapped-task")]
    [InlineData("ok")]
    [InlineData("object")]
    [InlineData("derived")]
    public async Task Value_HoweverDeclared_IsAnsweredFromTheCache(string action)
    {
        await using var app = await StartAsync<ValuesController>();

        var first = await ReadAsync(app, $"/{action}/1");
        var second = await ReadAsync(app, $"/{action}/1");
        var third = await ReadAsync(app, $"/{action}/1");

        Assert.Equal((HttpStatusCode.OK, "application/json; charset=utf-8", """{"id":1,"name":"run 1"}"""), first);
        Assert.Equal((first, first), (second, third));
    }

    [Theory]
    [InlineData("notfound", HttpStatusCode.NotFound)]
    [InlineData("notfoundvalue", HttpStatusCode.NotFound)]
    [InlineData("problem", HttpStatusCode.InternalServerError)]
    [InlineData("problemvalue", HttpStatusCode.OK)]
    [InlineData("redirect", HttpStatusCode.Redirect)]
    [InlineData("file", HttpStatusCode.OK)]
    [InlineData("stream", HttpStatusCode.OK)]
    [InlineData("json", HttpStatusCode.OK)]
    [InlineData("created", HttpStatusCode.Created)]
    [InlineData("accepted", HttpStatusCode.Accepted)]
    [InlineData("nothing", HttpStatusCode.OK)]
    [InlineData("nullvalue", HttpStatusCode.NoContent)]
    [InlineData("othervalue", HttpStatusCode.OK)]
    [InlineData("content-type", HttpStatusCode.OK)]
    [InlineData("cookie", HttpStatusCode.OK)]
    [InlineData("header", HttpStatusCode.OK)]
    [InlineData("no-store", HttpStatusCode.OK)]
    public async Task Result_ThatIsMoreThanAValue_RunsTheActionEachTime(string kind, HttpStatusCode status)
    {
        await using var app = await StartAsync<OthersController>();

        using var first = await app.Client.GetAsync($"/others/{kind}/1", Token);
        using var second = await app.Client.GetAsync($"/others/{kind}/1", Token);

        Assert.Equal((status, status), (first.StatusCode, second.StatusCode));
        Assert.Equal(2, Runs(app));
        Assert.Null(second.Headers.ETag);
    }

    [Theory]
    [InlineData("/nobody/wrapped/1", HttpStatusCode.NotFound)]
    [InlineData("/nobody/plain/1", HttpStatusCode.NoContent)]
    public async Task Null_OfANodeThatCachesIt_IsAnsweredFromTheCacheAsTheActionDid(string path, HttpStatusCode status)
    {
        await using var app = await StartAsync<NobodyController>();

        var first = await ReadAsync(app, path);
        using var second = await app.Client.GetAsync(path, Token);

        Assert.Equal((status, status, 1), (first.Status, second.StatusCode, Runs(app)));
        Assert.Equal(status == HttpStatusCode.NotFound ? "application/problem+json; charset=utf-8" : null, second.Content.Headers.ContentType?.ToString());
        Assert.Contains("hit", second.Headers.GetValues("Cache-Status").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NotFound_OfANodeThatDoesNotCacheNull_RunsTheActionEachTime()
    {
        await using var app = await StartAsync<NobodyController>();

        await ReadAsync(app, "/nobody/unknown/1");
        var second = await ReadAsync(app, "/nobody/unknown/1");

        Assert.Equal((HttpStatusCode.NotFound, 2), (second.Status, Runs(app)));
    }

    [Fact]
    public async Task NotFound_OfAnActionThatDeclaresNone_RunsTheActionEachTime()
    {
        await using var app = await StartAsync<NobodyController>();

        await ReadAsync(app, "/nobody/undeclared/1");
        var second = await ReadAsync(app, "/nobody/undeclared/1");

        Assert.Equal((HttpStatusCode.NotFound, 2), (second.Status, Runs(app)));
    }

    [Fact]
    public async Task IfNoneMatch_OfWhatTheClientHas_Is304()
    {
        await using var app = await StartAsync<ValuesController>();
        using var first = await app.Client.GetAsync("/plain/1", Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/plain/1");
        request.Headers.TryAddWithoutValidation("If-None-Match", first.Headers.ETag!.ToString());

        using var answer = await app.Client.SendAsync(request, Token);

        Assert.Equal((HttpStatusCode.NotModified, first.Headers.ETag), (answer.StatusCode, answer.Headers.ETag));
        Assert.Equal("no-cache, private", answer.Headers.CacheControl?.ToString());
        Assert.Equal(["Cacheme; hit; detail=local"], answer.Headers.GetValues("Cache-Status"));
    }

    [Fact]
    public async Task NoStore_OfTheRequest_RunsTheAction()
    {
        await using var app = await StartAsync<ValuesController>();
        await ReadAsync(app, "/plain/1");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/plain/1");
        request.Headers.TryAddWithoutValidation("Cache-Control", "no-store");

        using var answer = await app.Client.SendAsync(request, Token);

        Assert.Equal("""{"id":1,"name":"run 2"}""", await answer.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task Text_StaysWhatMvcMakesOfIt()
    {
        await using var app = await StartAsync<ValuesController>();

        var first = await ReadAsync(app, "/text/ada");

        Assert.Equal((HttpStatusCode.OK, "text/plain; charset=utf-8", "ada 1"), first);
        Assert.Equal(first, await ReadAsync(app, "/text/ada"));
    }

    [Fact]
    public async Task Invalidated_RunsTheActionAgain()
    {
        await using var app = await StartAsync<ValuesController>();
        await ReadAsync(app, "/plain/1");

        await app.Services.GetRequiredService<ICacheme>().InvalidateAsync(new UserNode(1), Token);

        Assert.Equal("""{"id":1,"name":"run 2"}""", (await ReadAsync(app, "/plain/1")).Body);
    }

    private Task<TestApp> StartAsync<TController>() =>
        StartAsync(web => web.MapControllers(), services => OnlyControllers.Add(services, typeof(TController)));

    private static int Runs(TestApp app) => app.Services.GetRequiredService<Counter>().Count;

    private static async Task<(HttpStatusCode Status, string? Type, string Body)> ReadAsync(TestApp app, string path)
    {
        using var response = await app.Client.GetAsync(path, Token);
        return (response.StatusCode, response.Content.Headers.ContentType?.ToString(), await response.Content.ReadAsStringAsync(Token));
    }

    [ApiController]
    [CacheWith<UserNode>]
    internal sealed class ValuesController(Counter runs) : ControllerBase
    {
        [HttpGet("/plain/{userId:int}")]
        public User Plain(int userId) => Next(userId);

        [HttpGet("/task/{userId:int}")]
        public async Task<User> Awaited(int userId)
        {
            await Task.Yield();
            return Next(userId);
        }

        [HttpGet("/valuetask/{userId:int}")]
        public ValueTask<User> Valued(int userId) => new(Next(userId));

        [HttpGet("/wrapped/{userId:int}")]
        public ActionResult<User> Wrapped(int userId) => Next(userId);

        [HttpGet("/wrapped-ok/{userId:int}")]
        public ActionResult<User> WrappedOk(int userId) => Ok(Next(userId));

        [HttpGet("/wrapped-task/{userId:int}")]
        public Task<ActionResult<User>> WrappedTask(int userId) => Task.FromResult<ActionResult<User>>(Next(userId));

        [HttpGet("/ok/{userId:int}")]
        public IActionResult Okay(int userId) => Ok(Next(userId));

        [HttpGet("/object/{userId:int}")]
        public ActionResult Object(int userId) => new ObjectResult(Next(userId));

        [HttpGet("/derived/{userId:int}")]
        public Admin Derived(int userId) => new(userId, Next(userId).Name);

        [HttpGet("/text/{name}")]
        [CacheWith<TextNode>]
        public string Text(string name) => $"{name} {runs.Next()}";

        private User Next(int userId) => new(userId, $"run {runs.Next()}");
    }

    [ApiController]
    internal sealed class OthersController(Counter runs) : ControllerBase
    {
        [HttpGet("/others/{kind}/{userId:int}")]
        [CacheWith<UserNode>(Ignore = ["kind"])]
        public ActionResult Get(string kind, int userId)
        {
            runs.Next();
            var user = new User(userId, "Ada");
            switch (kind)
            {
                case "cookie":
                    Response.Cookies.Append("session", "1");
                    return Ok(user);
                case "header":
                    Response.Headers["X-Total"] = "1";
                    return Ok(user);
                case "no-store":
                    Response.Headers.CacheControl = "no-store";
                    return Ok(user);
                default:
                    return Result(kind, user);
            }
        }

        private ActionResult Result(string kind, User user) => kind switch
        {
            "notfound" => NotFound(),
            "notfoundvalue" => NotFound(user),
            "problem" => Problem(),
            "problemvalue" => Ok(new ProblemDetails()),
            "redirect" => Redirect("/elsewhere"),
            "file" => File([1, 2, 3], "application/octet-stream"),
            "stream" => File(new MemoryStream([1, 2, 3]), "application/octet-stream"),
            "json" => new JsonResult(user),
            "created" => Created("/1", user),
            "accepted" => new ObjectResult(user) { StatusCode = StatusCodes.Status202Accepted },
            "nothing" => Ok(),
            "nullvalue" => Ok(null),
            "othervalue" => Ok("Ada"),
            "content-type" => new ObjectResult(user) { ContentTypes = { "text/json" } },
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
    }

    [ApiController]
    internal sealed class NobodyController(Counter runs) : ControllerBase
    {
        [HttpGet("/nobody/wrapped/{userId:int}")]
        [CacheWith<MaybeUserNode>]
        public ActionResult<User> Wrapped(int userId) => runs.Next() > 0 ? NotFound() : new User(userId, "Ada");

        [HttpGet("/nobody/plain/{userId:int}")]
        [CacheWith<MaybeUserNode>]
        public User? Plain(int userId) => runs.Next() > 0 ? null : new User(userId, "Ada");

        [HttpGet("/nobody/unknown/{userId:int}")]
        [CacheWith<UserNode>]
        public ActionResult<User> Unknown(int userId) => runs.Next() > 0 ? NotFound() : new User(userId, "Ada");

        [HttpGet("/nobody/undeclared/{userId:int}")]
        [CacheWith<MaybeUserNode>]
        public IActionResult Undeclared(int userId) => runs.Next() > 0 ? NotFound() : Ok(new User(userId, "Ada"));
    }
}
