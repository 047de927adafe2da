using System.IO.Pipelines;
using System.Reflection;
using System.Security.Claims;
using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Tests.Binding;

/// <summary>A handler that sees more of the request than the node does would serve one caller another's answer.</summary>
public sealed class RefusedParameterTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> RequestBound => [.. Handlers.Keys];

    private static Dictionary<string, Delegate> Handlers { get; } = new()
    {
        ["query"] = (int userId, string x) => new User(userId, x),
        ["nullable"] = (int userId, DateOnly? x) => new User(userId, $"{x}"),
        ["enum"] = (int userId, Shade x) => new User(userId, $"{x}"),
        ["array"] = (int userId, string[] x) => new User(userId, $"{x}"),
        ["header"] = (int userId, [FromHeader(Name = "Accept-Language")] string? x) => new User(userId, $"{x}"),
        ["context"] = (int userId, HttpContext x) => new User(userId, $"{x}"),
        ["request"] = (int userId, HttpRequest x) => new User(userId, $"{x}"),
        ["response"] = (int userId, HttpResponse x) => new User(userId, $"{x}"),
        ["user"] = (int userId, ClaimsPrincipal x) => new User(userId, $"{x}"),
        ["stream"] = (int userId, Stream x) => new User(userId, $"{x}"),
        ["pipe"] = (int userId, PipeReader x) => new User(userId, $"{x}"),
        ["file"] = (int userId, IFormFile x) => new User(userId, $"{x}"),
        ["form"] = (int userId, [FromForm] string x) => new User(userId, x),
        ["body"] = (int userId, [FromBody] User x) => new User(userId, $"{x}"),
        ["custom"] = (int userId, Custom x) => new User(userId, $"{x}"),
        ["member"] = (int userId, [AsParameters] Members members) => new User(userId, $"{members}"),
    };

    [Theory]
    [MemberData(nameof(RequestBound))]
    public async Task RequestBoundParameter_ThatTheNodeLacks_RefusesTheStart(string kind)
    {
        var refusal = await Assert.ThrowsAsync<CachemeSetupException>(() =>
            TestApp.StartAsync(web => web.MapGet("/users/{userId:int}", Handlers[kind]).CacheWith<UserNode>()));

        Assert.Contains("HTTP: GET /users/{userId:int}", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("'x'", refusal.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("UserNode(UserId)", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(".CacheWith<UserNode>(options => options.Ignore(\"x\"))", refusal.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [MemberData(nameof(RequestBound))]
    public async Task RequestBoundParameter_ThatIsIgnored_Starts(string kind)
    {
        await using var app = await TestApp.StartAsync(web => web.MapGet("/users/{userId:int}", Handlers[kind]).CacheWith<UserNode>(options => options.Ignore("X")));

        Assert.NotNull(app);
    }

    [Fact]
    public async Task ServicesAndTokens_AreNotOfTheRequest()
    {
        await using var app = await TestApp.StartAsync(
            web => web.MapGet("/users/{userId:int}", (
                int userId, Counter counter, [FromServices] Gate gate, [FromKeyedServices("one")] Counter keyed, IServiceProvider services, [AsParameters] ServiceMembers members, CancellationToken token) =>
                new User(userId, "Ada")).CacheWith<UserNode>(),
            services => services.AddSingleton<Counter>().AddSingleton<Gate>().AddKeyedSingleton<Counter>("one"));

        Assert.Equal("""{"id":1,"name":"Ada"}""", await app.Client.GetStringAsync("/users/1", Token));
    }

    [Fact]
    public async Task IgnoredName_ThatTheHandlerLacks_RefusesTheStart()
    {
        var refusal = await Assert.ThrowsAsync<CachemeSetupException>(() => TestApp.StartAsync(web =>
            web.MapGet("/users/{userId:int}", (int userId) => new User(userId, "Ada")).CacheWith<UserNode>(options => options.Ignore("verbos"))));

        Assert.Contains("'verbos'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parameter_OfAnotherTypeThanTheNodes_RefusesTheStart()
    {
        var refusal = await Assert.ThrowsAsync<CachemeSetupException>(() => TestApp.StartAsync(web =>
            web.MapGet("/users/{userId}", (string userId) => new User(1, userId)).CacheWith<UserNode>()));

        Assert.Contains("the node's 'UserId' is Int32 and the handler's 'userId' is String", refusal.Message, StringComparison.Ordinal);
    }

    public sealed record Members(string X);

    internal sealed record ServiceMembers(Counter Counter, CancellationToken Token);

    public sealed record Custom(string Text)
    {
        public static ValueTask<Custom?> BindAsync(HttpContext http, ParameterInfo parameter) => ValueTask.FromResult<Custom?>(new Custom(http.Request.Path));
    }
}
