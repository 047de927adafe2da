using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

#pragma warning disable CA1822 // MVC's actions are instance methods.

namespace Cacheme.AspNetCore.Tests.Controllers;

/// <summary>Which of the places counts that give a controller's action a node or none, and what is refused.</summary>
public sealed class CacheWithAttributeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/own/1", true)]
    [InlineData("/disabled/1", false)]
    [InlineData("/again/1", true)] // the action's attribute is nearer than its controller's
    [InlineData("/said/1", true)]
    [InlineData("/said-disabled/1", false)]
    public async Task Attribute_OfTheActionThenOfItsController_CountsBeforeMapControllers(string path, bool isCached)
    {
        await using var app = await StartAsync(
            web => web.MapControllers().CacheWith<UserNode>(), typeof(OwnController), typeof(DisabledController), typeof(SaidController));

        var first = await app.Client.GetStringAsync(path, Token);

        Assert.Equal(isCached, first == await app.Client.GetStringAsync(path, Token));
    }

    [Theory]
    [InlineData(typeof(OwnController), "/own/1")]
    [InlineData(typeof(SaidController), "/said/1")]
    public async Task ActionsThatChangeSomething_AreLeftAlone(Type controller, string path)
    {
        await using var app = await StartAsync(web => web.MapControllers().CacheWith<UserNode>(), controller);

        using var first = await app.Client.PostAsync(path, null, Token);
        using var second = await app.Client.PostAsync(path, null, Token);

        Assert.NotEqual(await first.Content.ReadAsStringAsync(Token), await second.Content.ReadAsStringAsync(Token));
        Assert.False(second.Headers.Contains("Cache-Status"));
    }

    [Fact]
    public async Task DisableCaching_OfMapControllers_TurnsAttributesOffToo()
    {
        await using var app = await StartAsync(web => web.MapControllers().DisableCaching(), typeof(OwnController));

        Assert.NotEqual(await app.Client.GetStringAsync("/own/1", Token), await app.Client.GetStringAsync("/own/1", Token));
    }

    [Fact]
    public async Task MapControllers_GivenTwoNodes_HasTheLast()
    {
        await using var app = await StartAsync(web => web.MapControllers().CacheWith<NumberNode>(options => options.Map("id", _ => 1)).CacheWith<UserNode>(), typeof(SaidController));

        Assert.Equal(typeof(UserNode), Node(app, "said/{userId:int}").NodeType);
    }

    [Fact]
    public async Task Metadata_SaysWhereTheParametersComeFrom()
    {
        await using var app = await StartAsync(web => web.MapControllers(), typeof(OwnController));

        Assert.Equal([new("UserId", "handler parameter 'userId'")], Node(app, "own/{userId:int}").Parameters);
    }

    [Fact]
    public async Task LambdaWithDisableCaching_IsTakenOutOfItsGroup()
    {
        var runs = new Counter();
        await using var app = await TestApp.StartAsync(web =>
            web.MapGroup("").CacheWith<UserNode>().MapGet("/{userId:int}", [DisableCaching] (int userId) => new User(userId, $"run {runs.Next()}")));

        Assert.NotEqual(await app.Client.GetStringAsync("/1", Token), await app.Client.GetStringAsync("/1", Token));
    }

    [Fact]
    public async Task LambdaWithCacheWith_RefusesTheStart()
    {
        var refusal = await Assert.ThrowsAsync<CachemeSetupException>(() => TestApp.StartAsync(web =>
            web.MapGet("/{userId:int}", [CacheWith<UserNode>] (int userId) => new User(userId, "Ada"))));

        Assert.Contains("[CacheWith] is for controllers and their actions. Say .CacheWith<UserNode>() on the endpoint.", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(typeof(PostController), "it answers POST, and only GET and HEAD are cached")]
    [InlineData(typeof(OtherValueController), "the action returns String, which is never the node's value. Return User or ActionResult<User>.")]
    [InlineData(typeof(OtherWrappedController), "the action returns ActionResult<String>, which is never")]
    [InlineData(typeof(FileController), "the action returns FileResult, which is never")]
    [InlineData(typeof(HttpResultController), "the action returns IResult, which is never")]
    [InlineData(typeof(MoreController), "the handler's 'verbose' comes from the request", "[CacheWith<UserNode>(Ignore = [\"verbose\"])]")]
    [InlineData(typeof(TypedController), "the node's 'UserId' is Int32 and the handler's 'userId' is String")]
    [InlineData(typeof(PropertyController), "the controller's property 'Verbose' comes from the request", "Ignore = [\"Verbose\"]")]
    [InlineData(typeof(UnregisteredController), "the node is not registered", "AddNode<UnregisteredNode>()")]
    [InlineData(typeof(ContradictoryController), "its options say Shared() and that its entries vary")]
    [InlineData(typeof(TwiceController), "has more than one of [CacheWith] and [DisableCaching] in one place")]
    public async Task WhatCannotWork_RefusesTheStart(Type controller, params string[] fragments)
    {
        var refusal = await Assert.ThrowsAsync<CachemeSetupException>(() => StartAsync(web => web.MapControllers(), controller));

        Assert.All(fragments, fragment => Assert.Contains(fragment, refusal.Message, StringComparison.Ordinal));
        Assert.Contains($"{controller.Name}.Get", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ActionThatTheControllersNodeDoesNotFit_RefusesTheStartAndNamesTheCure()
    {
        var refusal = await Assert.ThrowsAsync<CachemeSetupException>(() => StartAsync(web => web.MapControllers().CacheWith<TextNode>(), typeof(SaidController)));

        Assert.Contains("[DisableCaching]", refusal.Message, StringComparison.Ordinal);
    }

    private static NodeEndpointMetadata Node(TestApp app, string route) => app.Services.GetRequiredService<EndpointDataSource>().Endpoints
        .OfType<RouteEndpoint>().First(endpoint => endpoint.RoutePattern.RawText == route).Metadata.GetRequiredMetadata<NodeEndpointMetadata>();

    private static Task<TestApp> StartAsync(Action<WebApplication> map, params Type[] controllers) =>
        TestApp.StartAsync(map, services => OnlyControllers.Add(services, controllers));

    [ApiController]
    [CacheWith<UserNode>]
    internal sealed class OwnController(Counter runs) : ControllerBase
    {
        [HttpGet("own/{userId:int}")]
        public User Get(int userId) => new(userId, $"run {runs.Next()}");

        [HttpPost("own/{userId:int}")]
        public User Post(int userId) => Get(userId);

        [HttpGet("disabled/{userId:int}")]
        [DisableCaching]
        public User Disabled(int userId) => Get(userId);
    }

    [ApiController]
    [DisableCaching]
    internal sealed class DisabledController(Counter runs) : ControllerBase
    {
        [HttpGet("said-disabled/{userId:int}")]
        public User Get(int userId) => new(userId, $"run {runs.Next()}");

        [HttpGet("again/{userId:int}")]
        [CacheWith<UserNode>]
        public User Again(int userId) => Get(userId);
    }

    [ApiController]
    internal sealed class SaidController(Counter runs) : ControllerBase
    {
        [HttpGet("said/{userId:int}")]
        public User Get(int userId) => new(userId, $"run {runs.Next()}");

        [HttpPost("said/{userId:int}")]
        public User Post(int userId) => Get(userId);
    }

    internal sealed class PostController : ControllerBase
    {
        [HttpPost("/{userId:int}")]
        [CacheWith<UserNode>]
        public User Get(int userId) => new(userId, "Ada");
    }

    internal sealed class OtherValueController : ControllerBase
    {
        [HttpGet("/{userId:int}")]
        [CacheWith<UserNode>]
        public string Get(int userId) => $"{userId}";
    }

    internal sealed class OtherWrappedController : ControllerBase
    {
        [HttpGet("/{userId:int}")]
        [CacheWith<UserNode>]
        public ActionResult<string> Get(int userId) => $"{userId}";
    }

    internal sealed class FileController : ControllerBase
    {
        [HttpGet("/{userId:int}")]
        [CacheWith<UserNode>]
        public FileResult Get(int userId) => File([(byte)userId], "image/png");
    }

    internal sealed class HttpResultController : ControllerBase
    {
        [HttpGet("/{userId:int}")]
        [CacheWith<UserNode>]
        public IResult Get(int userId) => TypedResults.Ok(new User(userId, "Ada"));
    }

    internal sealed class MoreController : ControllerBase
    {
        [HttpGet("/{userId:int}")]
        [CacheWith<UserNode>]
        public User Get(int userId, bool verbose) => new(userId, $"{verbose}");
    }

    internal sealed class TypedController : ControllerBase
    {
        [HttpGet("/{userId}")]
        [CacheWith<UserNode>]
        public User Get(string userId) => new(1, userId);
    }

    internal sealed class PropertyController : ControllerBase
    {
        [FromQuery]
        public bool Verbose { get; set; }

        [HttpGet("/{userId:int}")]
        [CacheWith<UserNode>]
        public User Get(int userId) => new(userId, $"{Verbose}");
    }

    internal sealed class UnregisteredController : ControllerBase
    {
        [HttpGet("/{userId:int}")]
        [CacheWith<UnregisteredNode>]
        public User Get(int userId) => new(userId, "Ada");
    }

    internal sealed class ContradictoryController : ControllerBase
    {
        [HttpGet("/mine")]
        [CacheWith<UserOrdersNode>(VaryByUser = true, Shared = true)]
        public string Get() => "";
    }

    internal sealed class TwiceController : ControllerBase
    {
        [HttpGet("/{userId:int}")]
        [CacheWith<UserNode>]
        [DisableCaching]
        public User Get(int userId) => new(userId, "Ada");
    }
}
