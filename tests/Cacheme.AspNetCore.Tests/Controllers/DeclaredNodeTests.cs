using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Tests.Controllers;

/// <summary>Of the attributes that an action inherits the nearest counts.</summary>
public class DeclaredNodeTests : EndpointTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(typeof(SilentController), typeof(UserNode))]
    [InlineData(typeof(OtherController), typeof(MinuteUserNode))]
    [InlineData(typeof(DisabledController), null)]
    [InlineData(typeof(AgainController), typeof(MinuteUserNode))]
    [InlineData(typeof(OtherActionController), typeof(MinuteUserNode))]
    [InlineData(typeof(DisabledActionController), null)]
    [InlineData(typeof(SilentOverrideController), typeof(UserNode))]
    [InlineData(typeof(OtherOverrideController), typeof(MinuteUserNode))]
    [InlineData(typeof(DisabledOverrideController), null)]
    [InlineData(typeof(InheritedActionController), typeof(UserNode))]
    [InlineData(typeof(InheritedPlainActionController), typeof(UserNode))]
    [InlineData(typeof(GenericOverrideController), typeof(MinuteUserNode))]
    [InlineData(typeof(SilentGenericOverrideController), typeof(UserNode))]
    public async Task Attribute_ThatIsNearest_Counts(Type controller, Type? node)
    {
        await using var app = await StartAsync(web => web.MapControllers(), services => OnlyControllers.Add(services, controller));

        var first = await app.Client.GetStringAsync("/1", Token);

        Assert.Equal(node, Node(app)?.NodeType);
        Assert.Equal(node is not null, first == await app.Client.GetStringAsync("/1", Token));
    }

    [Fact]
    public async Task DisableCaching_OfADerivedController_CountsBeforeMapControllers()
    {
        await using var app = await StartAsync(web => web.MapControllers().CacheWith<UserNode>(), services => OnlyControllers.Add(services, typeof(DisabledController)));

        Assert.NotEqual(await app.Client.GetStringAsync("/1", Token), await app.Client.GetStringAsync("/1", Token));
    }

    private static NodeEndpointMetadata? Node(TestApp app) =>
        app.Services.GetRequiredService<EndpointDataSource>().Endpoints.Single().Metadata.GetMetadata<NodeEndpointMetadata>();

    [CacheWith<UserNode>]
    internal abstract class CachedController(Counter runs) : ControllerBase
    {
        [HttpGet("/{userId:int}")]
        public virtual User Get(int userId) => new(userId, $"run {runs.Next()}");
    }

    internal abstract class CachedActionController(Counter runs) : ControllerBase
    {
        [HttpGet("/{userId:int}")]
        [CacheWith<UserNode>]
        public virtual User Get(int userId) => new(userId, $"run {runs.Next()}");
    }

    internal abstract class GenericController<T>(Counter runs) : ControllerBase
    {
        [HttpGet("/{userId}")]
        [CacheWith<UserNode>]
        public virtual User Get(T userId) => new(1, $"{userId} run {runs.Next()}");
    }

    internal sealed class SilentController(Counter runs) : CachedController(runs);

    [CacheWith<MinuteUserNode>]
    internal sealed class OtherController(Counter runs) : CachedController(runs);

    [DisableCaching]
    internal class DisabledController(Counter runs) : CachedController(runs);

    [CacheWith<MinuteUserNode>]
    internal sealed class AgainController(Counter runs) : DisabledController(runs);

    internal sealed class OtherActionController(Counter runs) : CachedController(runs)
    {
        [CacheWith<MinuteUserNode>]
        public override User Get(int userId) => base.Get(userId);
    }

    internal sealed class DisabledActionController(Counter runs) : CachedController(runs)
    {
        [DisableCaching]
        public override User Get(int userId) => base.Get(userId);
    }

    internal sealed class SilentOverrideController(Counter runs) : CachedActionController(runs)
    {
        public override User Get(int userId) => base.Get(userId);
    }

    internal sealed class OtherOverrideController(Counter runs) : CachedActionController(runs)
    {
        [CacheWith<MinuteUserNode>]
        public override User Get(int userId) => base.Get(userId);
    }

    internal sealed class DisabledOverrideController(Counter runs) : CachedActionController(runs)
    {
        [DisableCaching]
        public override User Get(int userId) => base.Get(userId);
    }

    // The action's own attribute, though it is inherited, is nearer than what its controller says.
    [DisableCaching]
    internal sealed class InheritedActionController(Counter runs) : CachedActionController(runs);

    internal abstract class PlainActionController(Counter runs) : ControllerBase
    {
        [HttpGet("/{userId:int}")]
        [CacheWith<UserNode>]
        public User Get(int userId) => new(userId, $"run {runs.Next()}");
    }

    internal sealed class InheritedPlainActionController(Counter runs) : PlainActionController(runs);

    internal sealed class GenericOverrideController(Counter runs) : GenericController<int>(runs)
    {
        [CacheWith<MinuteUserNode>]
        public override User Get(int userId) => base.Get(userId);
    }

    internal sealed class SilentGenericOverrideController(Counter runs) : GenericController<int>(runs)
    {
        public override User Get(int userId) => base.Get(userId);
    }
}
