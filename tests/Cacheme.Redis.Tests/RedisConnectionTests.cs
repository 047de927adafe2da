using Cacheme.Testing;
using StackExchange.Redis;

namespace Cacheme.Redis.Tests;

/// <summary>One connection for all, opened by the first who needs it.</summary>
public sealed class RedisConnectionTests(RedisFixture fixture) : IClassFixture<RedisFixture>
{
    private readonly TaskCompletionSource<IConnectionMultiplexer> _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _opened;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OpenAsync_ManyAtOnce_OpensOnce()
    {
        await using var connection = new RedisConnection(Open, owned: false);
        var callers = Enumerable.Range(0, 100).Select(_ => Task.Run(() => connection.OpenAsync(Cancel).AsTask())).ToArray();

        _gate.SetResult(fixture.Observer);

        Assert.All(await Task.WhenAll(callers), multiplexer => Assert.Same(fixture.Observer, multiplexer));
        Assert.Equal(1, _opened);
    }

    [Fact]
    public async Task OpenAsync_FirstCallerHasAContext_TheConnectionDoesNotKeepIt()
    {
        var ambient = new AsyncLocal<string?> { Value = "the first caller's" };
        var inConnection = "";
        await using var connection = new RedisConnection(
            () =>
            {
                inConnection = ambient.Value;
                return Task.FromResult(fixture.Observer);
            },
            owned: false);

        await connection.OpenAsync(Cancel);

        Assert.Null(inConnection);
        Assert.NotNull(ambient.Value);
    }

    [Fact]
    public async Task OpenAsync_AttemptFailed_NextCallerTriesAgain()
    {
        Func<Task<IConnectionMultiplexer>>[] attempts =
        [
            () => throw new InvalidOperationException("synchronously"),
            () => Task.FromException<IConnectionMultiplexer>(new InvalidOperationException("asynchronously")),
            () => Task.FromResult(fixture.Observer),
        ];
        await using var connection = new RedisConnection(() => attempts[_opened++](), owned: false);

        await Assert.ThrowsAsync<InvalidOperationException>(() => connection.OpenAsync(Cancel).AsTask());
        await Assert.ThrowsAsync<InvalidOperationException>(() => connection.OpenAsync(Cancel).AsTask());

        Assert.Same(fixture.Observer, await connection.OpenAsync(Cancel));
    }

    [Fact]
    public async Task OpenAsync_OneCallerLeaves_TheOthersGetIt()
    {
        await using var connection = new RedisConnection(Open, owned: false);
        using var leaving = new CancellationTokenSource();
        var leaver = connection.OpenAsync(leaving.Token).AsTask();
        var other = connection.OpenAsync(Cancel).AsTask();

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaver.WaitAsync(Patience.Limit, Cancel));
        _gate.SetResult(fixture.Observer);
        Assert.Same(fixture.Observer, await other);
        Assert.Equal(1, _opened);
    }

    [Fact]
    public async Task DisposeAsync_ConnectionOfAnother_LeavesItOpen()
    {
        await using var multiplexer = await ConnectionMultiplexer.ConnectAsync(fixture.Server.EndPoint);
        var storage = RedisStorage.Over(() => multiplexer, database: null);
        await storage.SetAsync("k", "value", null, Cancel);

        await storage.DisposeAsync();

        Assert.True(multiplexer.IsConnected);
    }

    [Fact]
    public async Task DisposeAsync_OwnConnection_ClosesIt()
    {
        var multiplexer = await ConnectionMultiplexer.ConnectAsync(fixture.Server.EndPoint);
        var connection = new RedisConnection(() => Task.FromResult<IConnectionMultiplexer>(multiplexer), owned: true);
        await connection.OpenAsync(Cancel);

        await connection.DisposeAsync();

        Assert.False(multiplexer.IsConnected);
    }

    [Fact]
    public async Task DisposeAsync_Twice_IsAllowedAndLaterUseThrows()
    {
        var storage = TestStorage.Of(fixture.Server);
        await storage.ConnectAsync(Cancel);

        await storage.DisposeAsync();
        await storage.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => storage.GetAsync(["k"], Cancel).AsTask());
    }

    [Fact]
    public async Task DisposeAsync_NeverUsed_OpensNothing()
    {
        var connection = new RedisConnection(Open, owned: true);

        await connection.DisposeAsync();

        Assert.Equal(0, _opened);
    }

    [Fact]
    public async Task DisposeAsync_AttemptFailed_DoesNotThrow()
    {
        var connection = new RedisConnection(() => throw new InvalidOperationException(), owned: true);
        await Assert.ThrowsAsync<InvalidOperationException>(() => connection.OpenAsync(Cancel).AsTask());

        await connection.DisposeAsync();
    }

    [Fact]
    public async Task DisposeAsync_StillOpening_DoesNotWaitAndClosesWhatOpensLater()
    {
        var connection = new RedisConnection(Open, owned: true);
        var opening = connection.OpenAsync(Cancel).AsTask();

        await connection.DisposeAsync();

        var multiplexer = await ConnectionMultiplexer.ConnectAsync(fixture.Server.EndPoint);
        _gate.SetResult(multiplexer);
        await opening;
        await Eventually.HoldsAsync(() => Task.FromResult(!multiplexer.IsConnected));
    }

    private Task<IConnectionMultiplexer> Open()
    {
        Interlocked.Increment(ref _opened);
        return _gate.Task;
    }
}
