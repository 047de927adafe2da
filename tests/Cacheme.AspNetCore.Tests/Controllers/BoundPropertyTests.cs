using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;

namespace Cacheme.AspNetCore.Tests.Controllers;

/// <summary>Properties of a controller that the request gives, which no node can have.</summary>
public class BoundPropertyTests : EndpointTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(typeof(QueryController))]
    [InlineData(typeof(SupportsGetController))]
    public async Task Property_ThatIsIgnored_DoesNotChangeTheAnswer(Type controller)
    {
        await using var app = await StartAsync(controller);

        var one = await app.Client.GetStringAsync("/1?verbose=true", Token);

        Assert.Equal(one, await app.Client.GetStringAsync("/1?verbose=false", Token));
        Assert.NotEqual(one, await app.Client.GetStringAsync("/2?verbose=true", Token));
    }

    [Fact]
    public async Task IgnoredName_ThatIsNoProperty_RefusesTheStart()
    {
        var refusal = await Assert.ThrowsAsync<CachemeSetupException>(() => StartAsync(typeof(MistypedController)));

        Assert.Contains("Ignore names 'Verbos', which the handler does not have", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(typeof(PostedController))]
    [InlineData(typeof(PostedPropertiesController))]
    [InlineData(typeof(PostedIgnoredController))]
    public async Task Property_ThatAGetLeavesAlone_NeedNotBeIgnoredButMayBe(Type controller)
    {
        await using var app = await StartAsync(controller);

        var one = await app.Client.GetStringAsync("/1?name=ada", Token);

        Assert.Equal(one, await app.Client.GetStringAsync("/1?name=bob", Token));
        Assert.DoesNotContain("ada", one, StringComparison.Ordinal);
    }

    // What leaves GET alone is bound on HEAD, whose answer a GET would be given.
    [Theory]
    [InlineData(typeof(HeadController))]
    [InlineData(typeof(AnyMethodController))]
    public async Task Property_ThatAHeadIsGiven_RefusesTheStart(Type controller)
    {
        var refusal = await Assert.ThrowsAsync<CachemeSetupException>(() => StartAsync(controller));

        Assert.Contains("the controller's property 'Name' comes from the request", refusal.Message, StringComparison.Ordinal);
    }

    private Task<TestApp> StartAsync(Type controller) => StartAsync(web => web.MapControllers(), services => OnlyControllers.Add(services, controller));

    internal sealed class QueryController(Counter runs) : ControllerBase
    {
        [FromQuery]
        public bool Verbose { get; set; }

        [HttpGet("/{userId:int}")]
        [CacheWith<UserNode>(Ignore = ["Verbose"])]
        public User Get(int userId) => new(userId, $"run {runs.Next()} {Verbose}");
    }

    internal sealed class SupportsGetController(Counter runs) : ControllerBase
    {
        [BindProperty(SupportsGet = true)]
        public bool Verbose { get; set; }

        [HttpGet("/{userId:int}")]
        [CacheWith<UserNode>(Ignore = ["verbose"])]
        public User Get(int userId) => new(userId, $"run {runs.Next()} {Verbose}");
    }

    internal sealed class MistypedController(Counter runs) : ControllerBase
    {
        [FromQuery]
        public bool Verbose { get; set; }

        [HttpGet("/{userId:int}")]
        [CacheWith<UserNode>(Ignore = ["Verbose", "Verbos"])]
        public User Get(int userId) => new(userId, $"run {runs.Next()} {Verbose}");
    }

    internal sealed class PostedController(Counter runs) : ControllerBase
    {
        [BindProperty]
        public string? Name { get; set; }

        [HttpGet("/{userId:int}")]
        [CacheWith<UserNode>]
        public User Get(int userId) => new(userId, $"run {runs.Next()} {Name}");
    }

    [BindProperties]
    internal sealed class PostedPropertiesController(Counter runs) : ControllerBase
    {
        public string? Name { get; set; }

        [HttpGet("/{userId:int}")]
        [CacheWith<UserNode>]
        public User Get(int userId) => new(userId, $"run {runs.Next()} {Name}");
    }

    internal sealed class PostedIgnoredController(Counter runs) : ControllerBase
    {
        [BindProperty]
        public string? Name { get; set; }

        [HttpGet("/{userId:int}")]
        [CacheWith<UserNode>(Ignore = ["Name"])]
        public User Get(int userId) => new(userId, $"run {runs.Next()} {Name}");
    }

    internal sealed class HeadController(Counter runs) : ControllerBase
    {
        [BindProperty]
        public string? Name { get; set; }

        [AcceptVerbs("GET", "HEAD", Route = "/{userId:int}")]
        [CacheWith<UserNode>]
        public User Get(int userId) => new(userId, $"run {runs.Next()} {Name}");
    }

    internal sealed class AnyMethodController(Counter runs) : ControllerBase
    {
        [BindProperty]
        public string? Name { get; set; }

        [Route("/{userId:int}")]
        [CacheWith<UserNode>]
        public User Get(int userId) => new(userId, $"run {runs.Next()} {Name}");
    }
}
