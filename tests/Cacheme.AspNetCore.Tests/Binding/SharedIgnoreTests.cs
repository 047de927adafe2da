using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;

namespace Cacheme.AspNetCore.Tests.Binding;

/// <summary>What many endpoints are told to ignore need not be a parameter of each.</summary>
public class SharedIgnoreTests : EndpointTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task IgnoredName_OfAController_NeedNotBeOfEachAction()
    {
        await using var app = await StartAsync(web => web.MapControllers(), typeof(IgnoringController));

        await SharesAnswersAsync(app);
    }

    [Fact]
    public async Task IgnoredName_OfMapControllers_NeedNotBeOfEachAction()
    {
        await using var app = await StartAsync(web => web.MapControllers().CacheWith<UserNode>(options => options.Ignore("verbose")), typeof(SomeController));

        await SharesAnswersAsync(app);
    }

    [Fact]
    public async Task IgnoredName_OfAGroup_NeedNotBeOfEachEndpoint()
    {
        var runs = new Counter();
        await using var app = await StartAsync(web =>
        {
            var group = web.MapGroup("").CacheWith<UserNode>(options => options.Ignore("verbose"));
            group.MapGet("/short/{userId:int}", (int userId) => new User(userId, $"run {runs.Next()}"));
            group.MapGet("/long/{userId:int}", (int userId, bool? verbose) => new User(userId, $"run {runs.Next()} {verbose}"));
        });

        await SharesAnswersAsync(app);
    }

    [Fact]
    public async Task IgnoredName_OfAGroupThatIsMistyped_LeavesTheParameterRefused()
    {
        var refusal = await Assert.ThrowsAsync<CachemeSetupException>(() => StartAsync(web =>
            web.MapGroup("").CacheWith<UserNode>(options => options.Ignore("verbos")).MapGet("/{userId:int}", (int userId, bool? verbose) => new User(userId, $"{verbose}"))));

        Assert.Contains("the handler's 'verbose' comes from the request", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task IgnoredName_OfOneActionThatLacksIt_RefusesTheStart()
    {
        var refusal = await Assert.ThrowsAsync<CachemeSetupException>(() => StartAsync(web => web.MapControllers(), typeof(MistypedController)));

        Assert.Contains("Ignore names 'verbos', which the handler does not have", refusal.Message, StringComparison.Ordinal);
    }

    private static async Task SharesAnswersAsync(TestApp app)
    {
        Assert.Equal(await app.Client.GetStringAsync("/short/1", Token), await app.Client.GetStringAsync("/short/1", Token));
        Assert.Equal(await app.Client.GetStringAsync("/long/2?verbose=true", Token), await app.Client.GetStringAsync("/long/2?verbose=false", Token));
    }

    private Task<TestApp> StartAsync(Action<WebApplication> map, Type controller) => StartAsync(map, services => OnlyControllers.Add(services, controller));

    [CacheWith<UserNode>(Ignore = ["verbose"])]
    internal sealed class IgnoringController(Counter runs) : ControllerBase
    {
        [HttpGet("/short/{userId:int}")]
        public User Get(int userId) => new(userId, $"run {runs.Next()}");

        [HttpGet("/long/{userId:int}")]
        public User GetLong(int userId, [FromQuery] bool? verbose) => new(userId, $"run {runs.Next()} {verbose}");
    }

    internal sealed class SomeController(Counter runs) : ControllerBase
    {
        [HttpGet("/short/{userId:int}")]
        public User Get(int userId) => new(userId, $"run {runs.Next()}");

        [HttpGet("/long/{userId:int}")]
        public User GetLong(int userId, [FromQuery] bool? verbose) => new(userId, $"run {runs.Next()} {verbose}");
    }

    internal sealed class MistypedController(Counter runs) : ControllerBase
    {
        [HttpGet("/{userId:int}")]
        [CacheWith<UserNode>(Ignore = ["verbos"])]
        public User Get(int userId) => new(userId, $"run {runs.Next()}");
    }
}
