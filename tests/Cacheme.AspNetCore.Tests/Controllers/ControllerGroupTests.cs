using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Cacheme.AspNetCore.Tests.Controllers;

/// <summary>Controllers that are mapped in a group have what the group is given.</summary>
public class ControllerGroupTests : EndpointTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GroupsNode_CachesTheGetsOfItsControllers()
    {
        await using var app = await StartAsync(group => group.CacheWith<UserNode>().MapControllers());

        Assert.True(await IsCachedAsync(app, "/x/plain/1"));
        Assert.NotEqual(await app.Client.GetStringAsync("/x/plain/1", Token), await app.Client.GetStringAsync("/x/plain/2", Token));
        Assert.NotEqual(await PostAsync(app, "/x/plain/1"), await PostAsync(app, "/x/plain/1"));
    }

    [Fact]
    public async Task GroupsNode_IsOfItsOtherEndpointsToo()
    {
        var runs = new Counter();
        await using var app = await StartAsync(group =>
        {
            group.CacheWith<UserNode>().MapControllers();
            group.MapGet("/lambda/{userId:int}", (int userId) => new User(userId, $"run {runs.Next()}"));
        });

        Assert.True(await IsCachedAsync(app, "/x/plain/1"));
        Assert.True(await IsCachedAsync(app, "/x/lambda/2"));
    }

    [Fact]
    public async Task GroupsOptions_AreOfItsControllers()
    {
        await using var app = await StartAsync(group => group.CacheWith<NumberNode>(options => options.Map("id", static _ => 7)).CacheWith<UserNode>(options => options.WithoutCacheStatus()).MapControllers());

        using var answer = await app.Client.GetAsync("/x/plain/1", Token);

        Assert.True(await IsCachedAsync(app, "/x/plain/1"));
        Assert.False(answer.Headers.Contains("Cache-Status"));
    }

    [Theory]
    [InlineData("/x/own/1", "Cacheme; fwd=miss; stored; ttl=60")] // the action's own node is a minute's
    [InlineData("/x/disabled/1", null)]
    public async Task Attribute_CountsBeforeTheGroupsNode(string path, string? status)
    {
        await using var app = await StartAsync(group => group.CacheWith<UserNode>().MapControllers());

        using var answer = await app.Client.GetAsync(path, Token);

        Assert.Equal(status is null ? [] : [status], answer.Headers.TryGetValues("Cache-Status", out var values) ? values : []);
        Assert.Equal(status is not null, await IsCachedAsync(app, path));
    }

    [Theory]
    [InlineData("/x/plain/1")]
    [InlineData("/x/own/1")]
    [InlineData("/x/again/1")]
    public async Task DisableCaching_OfTheGroup_LeavesItsControllersAlone(string path)
    {
        await using var app = await StartAsync(group => group.DisableCaching().MapControllers());

        Assert.False(await IsCachedAsync(app, path));
    }

    [Fact]
    public async Task DisableCaching_OfAGroupWithin_TakesItsControllersOut()
    {
        await using var app = await StartAsync(group => group.CacheWith<UserNode>().MapGroup("/y").DisableCaching().MapControllers());

        Assert.False(await IsCachedAsync(app, "/x/y/plain/1"));
        Assert.False(await IsCachedAsync(app, "/x/y/own/1"));
    }

    [Fact]
    public async Task MapControllers_CountsBeforeItsGroup()
    {
        await using var cached = await StartAsync(group => group.DisableCaching().MapControllers().CacheWith<UserNode>());
        await using var disabled = await StartAsync(group => group.CacheWith<UserNode>().MapControllers().DisableCaching());

        Assert.True(await IsCachedAsync(cached, "/x/plain/1"));
        Assert.False(await IsCachedAsync(disabled, "/x/plain/1"));
        Assert.False(await IsCachedAsync(disabled, "/x/own/1"));
    }

    [Fact]
    public async Task ControllersOutsideTheGroup_AreLeftAlone()
    {
        await using var app = await StartAsync(
            web =>
            {
                web.MapControllers();
                web.MapGroup("/x").CacheWith<UserNode>().MapControllers();
            },
            services => OnlyControllers.Add(services, typeof(PlainController)));

        Assert.False(await IsCachedAsync(app, "/plain/1"));
        Assert.True(await IsCachedAsync(app, "/x/plain/1"));
    }

    [Fact]
    public async Task ActionThatTheGroupsNodeDoesNotFit_RefusesTheStartAndNamesTheCure()
    {
        var refusal = await Assert.ThrowsAsync<CachemeSetupException>(() => StartAsync(group => group.CacheWith<TextNode>().MapControllers()));

        Assert.Contains("PlainController.Get", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("the action returns User, which is never the node's value", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("[DisableCaching]", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EndpointFilterOfTheGroup_WhichWouldRunInside_RefusesTheStart()
    {
        var refusal = await Assert.ThrowsAsync<CachemeSetupException>(() => StartAsync(
            group => group.CacheWith<UserNode>().AddEndpointFilter((context, next) => next(context)).MapControllers()));

        Assert.Contains("it has an endpoint filter, which runs inside of MVC's own", refusal.Message, StringComparison.Ordinal);
    }

    private static async Task<bool> IsCachedAsync(TestApp app, string path) => await app.Client.GetStringAsync(path, Token) == await app.Client.GetStringAsync(path, Token);

    private static async Task<string> PostAsync(TestApp app, string path)
    {
        using var answer = await app.Client.PostAsync(path, null, Token);
        return await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Token);
    }

    private Task<TestApp> StartAsync(Action<RouteGroupBuilder> map) => StartAsync(
        web => map(web.MapGroup("/x")),
        services => OnlyControllers.Add(services, typeof(PlainController), typeof(OwnController), typeof(DisabledController), typeof(AgainController)));

    internal sealed class PlainController(Counter runs) : ControllerBase
    {
        [HttpGet("plain/{userId:int}")]
        public User Get(int userId) => new(userId, $"run {runs.Next()}");

        [HttpPost("plain/{userId:int}")]
        public User Post(int userId) => Get(userId);
    }

    internal sealed class OwnController(Counter runs) : ControllerBase
    {
        [HttpGet("own/{userId:int}")]
        [CacheWith<MinuteUserNode>]
        public User Get(int userId) => new(userId, $"run {runs.Next()}");
    }

    [DisableCaching]
    internal sealed class DisabledController(Counter runs) : ControllerBase
    {
        [HttpGet("disabled/{userId:int}")]
        public User Get(int userId) => new(userId, $"run {runs.Next()}");
    }

    [DisableCaching]
    internal abstract class DisabledBaseController(Counter runs) : ControllerBase
    {
        [HttpGet("again/{userId:int}")]
        public User Get(int userId) => new(userId, $"run {runs.Next()}");
    }

    [CacheWith<UserNode>]
    internal sealed class AgainController(Counter runs) : DisabledBaseController(runs);
}
