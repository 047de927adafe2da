using Cacheme.Servers;
using Cacheme.Testing;
using StackExchange.Redis;

namespace Cacheme.Redis.Tests;

/// <summary>Two processes on one Redis: what one stores the other sees, and what one invalidates the other loads again.</summary>
public sealed class TwoProcessesTests : IAsyncLifetime
{
    private RedisServer? _server;
    private ConnectionMultiplexer? _observer;
    private PeerProcess? _a;
    private PeerProcess? _b;

    private IDatabase Redis => _observer?.GetDatabase() ?? throw new InvalidOperationException("It is started by InitializeAsync.");

    private PeerProcess A => _a ?? throw new InvalidOperationException("It is started by InitializeAsync.");

    private PeerProcess B => _b ?? throw new InvalidOperationException("It is started by InitializeAsync.");

    public async ValueTask InitializeAsync()
    {
        _server = await RedisServer.StartAsync();
        _observer = await ConnectionMultiplexer.ConnectAsync(_server.EndPoint);
        var starts = (A: PeerProcess.StartAsync("a", _server), B: PeerProcess.StartAsync("b", _server));
        _a = await starts.A;
        _b = await starts.B;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in (IAsyncDisposable?[])[_a, _b, _observer, _server])
        {
            await (part?.DisposeAsync() ?? default);
        }
    }

    [Theory]
    [InlineData("far")]
    [InlineData("near")]
    public async Task Get_WhatTheOtherLoaded_RunsNoLoad(string node)
    {
        await LoadAsync(A, node, "a1 loads=1");

        Assert.Equal("a1 loads=0", await B.AskAsync($"get {node} 1"));
    }

    [Theory]
    [InlineData("far")]
    [InlineData("near")]
    public async Task Get_WhatTheOtherSet_RunsNoLoad(string node)
    {
        Assert.Equal("done", await A.AskAsync($"set {node} 1 given"));

        Assert.Equal("given loads=0", await B.AskAsync($"get {node} 1"));
    }

    [Fact]
    public async Task Invalidate_ByOneWithoutALocalTier_TheOtherLoadsAtOnce()
    {
        await LoadAsync(A, "far", "a1 loads=1");
        Assert.Equal("a1 loads=0", await B.AskAsync("get far 1"));

        Assert.Equal("done", await A.AskAsync("invalidate far 1"));

        await AnswersAsync(B, "far", "b1 loads=1");
        Assert.Equal("b1 loads=1", await A.AskAsync("get far 1"));
    }

    // No time passes for either: it is told.
    [Fact]
    public async Task Invalidate_ByOneWithALocalTier_TheOtherLetsItsOwnGo()
    {
        await LoadAsync(A, "near", "a1 loads=1");
        Assert.Equal("a1 loads=0", await B.AskAsync("get near 1"));

        Assert.Equal("done", await A.AskAsync("invalidate near 1"));

        await AnswersAsync(B, "near", "b1 loads=1");
        Assert.Equal("b1 loads=1", await A.AskAsync("get near 1"));
    }

    [Fact]
    public async Task Set_ByOneWithALocalTier_TheOtherLetsItsOwnGo()
    {
        await LoadAsync(A, "near", "a1 loads=1");
        Assert.Equal("a1 loads=0", await B.AskAsync("get near 1"));

        Assert.Equal("done", await A.AskAsync("set near 1 newer"));

        await AnswersAsync(B, "near", "newer loads=0");
    }

    /// <summary>Lets a process load the value of 1. It has the answer before Redis has, and there is nobody to ask when.</summary>
    private async Task LoadAsync(PeerProcess process, string node, string answer)
    {
        Assert.Equal(answer, await process.AskAsync($"get {node} 1"));
        await Eventually.HoldsAsync(() => Redis.KeyExistsAsync($"cacheme:{node}:1:"));
    }

    /// <summary>
    /// Asks a process until it gives the answer, and Redis has it. On a machine that is busy the flight of its former get
    /// may still be ending, with the value that it brought: no time has passed for it, only for the clock.
    /// </summary>
    private async Task AnswersAsync(PeerProcess process, string node, string answer)
    {
        await Eventually.HoldsAsync(async () => await process.AskAsync($"get {node} 1") == answer);
        await Eventually.HoldsAsync(() => Redis.KeyExistsAsync($"cacheme:{node}:1:"));
    }
}
