using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

#pragma warning disable CA1822 // MVC's actions are instance methods.

namespace Cacheme.AspNetCore.Tests.Controllers;

/// <summary>Controllers as applications have them: with properties, base classes, several methods, in groups.</summary>
public class ActionSetupTests : EndpointTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task BoundProperty_ThatIsIgnored_LeavesOneEntry()
    {
        await using var app = await StartAsync(web => web.MapControllers(), typeof(PropertyController));

        Assert.Equal(await ReadAsync(app, "/property/1?verbose=true"), await ReadAsync(app, "/property/1?verbose=false"));
    }

    [Fact]
    public async Task BoundProperty_ThatAGetLeavesAlone_NeedNotBeIgnored()
    {
        await using var app = await StartAsync(web => web.MapControllers(), typeof(PostedController));

        Assert.Equal(await ReadAsync(app, "/posted/1?name=a"), await ReadAsync(app, "/posted/1?name=b"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ignore_OfManyActions_NeedNotBeOfEach(bool byAttribute)
    {
        await using var app = await StartAsync(
            web => _ = byAttribute ? web.MapControllers() : web.MapControllers().CacheWith<UserNode>(options => options.Ignore("verbose")),
            byAttribute ? typeof(IgnoringController) : typeof(SomeController));
        var path = byAttribute ? "/ignoring" : "/some";

        Assert.Equal(await ReadAsync(app, $"{path}/1"), await ReadAsync(app, $"{path}/1"));
        Assert.Equal(await ReadAsync(app, $"{path}/2/long?verbose=true"), await ReadAsync(app, $"{path}/2/long"));
    }

    [Fact]
    public async Task Ignore_OfAGroup_NeedNotBeOfEachEndpoint()
    {
        var runs = new Counter();
        await using var app = await base.StartAsync(web =>
        {
            var group = web.MapGroup("").CacheWith<UserNode>(options => options.Ignore("verbose"));
            group.MapGet("/a/{userId:int}", (int userId) => new User(userId, $"{runs.Next()}"));
            group.MapGet("/b/{userId:int}", (int userId, bool? verbose) => new User(userId, $"{runs.Next()}"));
        });

        Assert.Equal(await ReadAsync(app, "/a/1"), await ReadAsync(app, "/a/1"));
        Assert.Equal(await ReadAsync(app, "/b/2?verbose=true"), await ReadAsync(app, "/b/2"));
    }

    [Theory]
    [InlineData("/derived/1", true)] // the derived class's, over its base's [DisableCaching]
    [InlineData("/derived/overridden/1", false)] // the overriding method's, over the overridden one's
    [InlineData("/derived/inherited/1", true)] // the overridden one's, where the overriding one says nothing
    [InlineData("/silent/1", false)] // the base class's
    public async Task Attribute_Inherited_TheNearestCounts(string path, bool isCached)
    {
        await using var app = await StartAsync(web => web.MapControllers(), typeof(DerivedController), typeof(SilentController));

        Assert.Equal(isCached, await ReadAsync(app, path) == await ReadAsync(app, path));
    }

    [Fact]
    public async Task Group_WithControllersInIt_CachesThem()
    {
        await using var app = await StartAsync(web => web.MapGroup("/g").CacheWith<UserNode>().MapControllers(), typeof(PlainController));

        Assert.Equal(await ReadAsync(app, "/g/plain/1"), await ReadAsync(app, "/g/plain/1"));
        using var first = await app.Client.PostAsync("/g/plain/1", null, Token);
        using var second = await app.Client.PostAsync("/g/plain/1", null, Token);
        Assert.NotEqual(await first.Content.ReadAsStringAsync(Token), await second.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task Group_WithoutCaching_LeavesTheControllersInItAlone()
    {
        await using var app = await StartAsync(web => web.MapGroup("/g").DisableCaching().MapControllers(), typeof(TwoMethodsController));

        Assert.NotEqual(await ReadAsync(app, "/g/two/1"), await ReadAsync(app, "/g/two/1"));
    }

    [Fact]
    public async Task Group_WithoutCaching_ItsControllersAreGivenANode_CachesThem()
    {
        await using var app = await StartAsync(web => web.MapGroup("/g").DisableCaching().MapControllers().CacheWith<UserNode>(), typeof(PlainController));

        Assert.Equal(await ReadAsync(app, "/g/plain/1"), await ReadAsync(app, "/g/plain/1"));
    }

    [Theory]
    [InlineData("/two/1")]
    [InlineData("/two/routes/1")] // two endpoints, one of which answers no GET
    public async Task Action_ForGetAndPost_CachesTheGet(string path)
    {
        await using var app = await StartAsync(web => web.MapControllers(), typeof(TwoMethodsController));

        Assert.Equal(await ReadAsync(app, path), await ReadAsync(app, path));
        using var first = await app.Client.PostAsync(path, null, Token);
        using var second = await app.Client.PostAsync(path, null, Token);
        Assert.NotEqual(await first.Content.ReadAsStringAsync(Token), await second.Content.ReadAsStringAsync(Token));
    }

    private static async Task<string> ReadAsync(TestApp app, string path) => await app.Client.GetStringAsync(path, Token);

    private Task<TestApp> StartAsync(Action<WebApplication> map, params Type[] controllers) => StartAsync(map, services => OnlyControllers.Add(services, controllers));

    [Route("property/{userId:int}")]
    internal sealed class PropertyController(Counter runs) : ControllerBase
    {
        [FromQuery]
        public bool Verbose { get; set; }

        [HttpGet]
        [CacheWith<UserNode>(Ignore = ["Verbose"])]
        public User Get(int userId) => new(userId, $"run {runs.Next()} {(Verbose ? "loud" : "quiet").Length}");
    }

    [Route("posted/{userId:int}")]
    internal sealed class PostedController(Counter runs) : ControllerBase
    {
        [BindProperty]
        public string? Name { get; set; }

        [HttpGet]
        [CacheWith<UserNode>]
        public User Get(int userId) => new(userId, $"run {runs.Next()} {Name}");
    }

    [Route("ignoring/{userId:int}")]
    [CacheWith<UserNode>(Ignore = ["verbose"])]
    internal sealed class IgnoringController(Counter runs) : ControllerBase
    {
        [HttpGet]
        public User Get(int userId) => new(userId, $"run {runs.Next()}");

        [HttpGet("long")]
        public User GetLong(int userId, bool verbose) => new(userId, $"run {runs.Next()}");
    }

    [Route("some/{userId:int}")]
    internal sealed class SomeController(Counter runs) : ControllerBase
    {
        [HttpGet]
        public User Get(int userId) => new(userId, $"run {runs.Next()}");

        [HttpGet("long")]
        public User GetLong(int userId, bool verbose) => new(userId, $"run {runs.Next()}");
    }

    [DisableCaching]
    internal abstract class BaseController(Counter runs) : ControllerBase
    {
        protected Counter Runs => runs;

        [CacheWith<UserNode>]
        [HttpGet("overridden/{userId:int}")]
        public virtual User Overridden(int userId) => new(userId, $"run {runs.Next()}");

        [CacheWith<UserNode>]
        [HttpGet("inherited/{userId:int}")]
        public virtual User Inherited(int userId) => new(userId, $"run {runs.Next()}");
    }

    [Route("derived")]
    [CacheWith<UserNode>]
    internal sealed class DerivedController(Counter runs) : BaseController(runs)
    {
        [HttpGet("{userId:int}")]
        public User Get(int userId) => new(userId, $"run {Runs.Next()}");

        [DisableCaching]
        public override User Overridden(int userId) => base.Overridden(userId);

        public override User Inherited(int userId) => base.Inherited(userId);
    }

    [Route("silent")]
    internal sealed class SilentController(Counter runs) : BaseController(runs)
    {
        [HttpGet("{userId:int}")]
        public User Get(int userId) => new(userId, $"run {Runs.Next()}");
    }

    [Route("plain/{userId:int}")]
    internal sealed class PlainController(Counter runs) : ControllerBase
    {
        [HttpGet]
        public User Get(int userId) => new(userId, $"run {runs.Next()}");

        [HttpPost]
        public User Post(int userId) => new(userId, $"run {runs.Next()}");
    }

    [Route("two")]
    internal sealed class TwoMethodsController(Counter runs) : ControllerBase
    {
        [HttpGet("{userId:int}")]
        [HttpPost("{userId:int}")]
        [CacheWith<UserNode>]
        public User Get(int userId) => new(userId, $"run {runs.Next()}");

        [HttpGet("routes/{userId:int}")]
        [HttpPost("routes/{userId:int:min(1)}")]
        [CacheWith<UserNode>]
        public User GetByRoutes(int userId) => new(userId, $"run {runs.Next()}");
    }
}
