using Cacheme.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.Tests.Pipeline;

/// <summary>Nodes that hand out copies, when the serializer does not play along.</summary>
public sealed class CopyTests : IAsyncDisposable
{
    private readonly FickleSerializer _serializer = new();
    private readonly CacheFixture _fixture;

    public CopyTests() => _fixture = new CacheFixture(
        cacheme => cacheme.AddNode<ItemNode>(policy => policy.Cache("local").CopyValues().Serializer(_serializer))
            .AddNode<RemoteOnlyNode>(policy => policy.Cache("local").CopyValues().DoorKeeper(1000)),
        services => services.AddSingleton(Source));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private Source Source { get; } = new();

    private ICacheme Cacheme => _fixture.Cacheme;

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task Get_CopyThatCannotBeRead_IsHandedOutAsLoaded()
    {
        _serializer.CanRead = false;

        Assert.Equal("1#1", (await Cacheme.GetAsync(new ItemNode(1), Ct)).Text);
        Assert.Equal("1#2", (await Cacheme.GetAsync(new ItemNode(1), Ct)).Text);
    }

    [Fact]
    public async Task Refresh_ValueThatCannotBeCopied_TakesTheOldOneAway()
    {
        await Cacheme.GetAsync(new ItemNode(1), Ct);
        _serializer.CanWrite = false;

        Assert.Equal("1#2", (await Cacheme.RefreshAsync(new ItemNode(1), Ct)).Text);

        Assert.False((await Cacheme.TryGetAsync(new ItemNode(1), Ct)).Found);
    }

    [Fact]
    public async Task Get_JoinedAndNotAdmitted_IsACopyOfItsOwn()
    {
        var gate = new Gate();
        Source.Load = async (_, token) =>
        {
            await gate.PassAsync(token);
            return "one";
        };
        var first = Cacheme.GetAsync(new RemoteOnlyNode(1), Ct).AsTask();
        var second = Cacheme.GetAsync(new RemoteOnlyNode(1), Ct).AsTask();
        gate.Open();

        Assert.NotSame(await first, await second);
    }
}
