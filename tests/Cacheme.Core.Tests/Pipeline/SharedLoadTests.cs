using Cacheme.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.Tests.Pipeline;

/// <summary>One load across processes: two hosts that share a storage with leases.</summary>
public sealed class SharedLoadTests : IAsyncLifetime
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly Source _source = new();
    private readonly CacheFixture _here;
    private readonly CacheFixture _there;
    private readonly FakeLeases _leases;

    public SharedLoadTests()
    {
        _here = Host();
        _leases = new FakeLeases(_here.Time);
        _here.Remote.Leases = _leases;
        _there = Host(_here);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _here.StartAsync();
        await _there.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _there.DisposeAsync();
        await _here.DisposeAsync();
    }

    [Fact]
    public async Task Get_BothAtOnce_OneLoadsAndTheOtherReadsWhatItStored()
    {
        var gate = HoldLoads();
        var first = GetAsync(_here);
        await gate.Reached;
        var second = GetAsync(_there);
        await TryAgainAsync(times: 3);
        Assert.False(second.IsCompleted);
        gate.Open();

        Assert.Equal("1#1", await first.WaitAsync(Patience.Limit, Ct));
        Assert.Equal("1#1", await EndsAsync(second));
        Assert.Equal(1, _source.Loads);
        Assert.Equal(1, _there.Cacheme.Stats<ItemNode>().HitsByStorage["remote"]);
        await Eventually.HoldsAsync(() => Task.FromResult(_leases.Count == 0)); // Given back behind the holder's back.
    }

    [Fact]
    public async Task Get_TheHolderFails_TheOtherTakesOver()
    {
        var gate = new Gate();
        _source.Load = async (_, _) =>
        {
            await gate.PassAsync(CancellationToken.None);
            throw new InvalidDataException("no value");
        };
        var first = GetAsync(_here);
        await gate.Reached;
        var second = GetAsync(_there);
        await TryAgainAsync(times: 2);
        _source.Load = (_, _) => Task.FromResult("mine");
        gate.Open();

        await Assert.ThrowsAsync<InvalidDataException>(() => first.WaitAsync(Patience.Limit, Ct));
        Assert.Equal("mine", await EndsAsync(second));
    }

    [Fact]
    public async Task Get_TheHolderIsGone_TheOtherTakesOverWhenItsLeaseHasRunOut()
    {
        Assert.True(await _leases.TryTakeAsync("cacheme:item:1:v1", TimeSpan.FromSeconds(5), Ct) > 0);
        var began = _here.Time.GetUtcNow();

        Assert.Equal("1#1", await EndsAsync(GetAsync(_there)));

        Assert.InRange(_here.Time.GetUtcNow() - began, TimeSpan.FromSeconds(5), LongestWait);
        Assert.Equal(1, _source.Loads);
    }

    [Fact]
    public async Task Get_TheHolderNeverEnds_TheOtherGoesAheadAfterItsLongestWait()
    {
        Assert.True(await _leases.TryTakeAsync("cacheme:item:1:v1", TimeSpan.FromDays(1), Ct) > 0);
        var began = _here.Time.GetUtcNow();

        Assert.Equal("1#1", await EndsAsync(GetAsync(_there)));

        Assert.InRange(_here.Time.GetUtcNow() - began, LongestWait, LongestWait + TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Get_LeasesFail_LoadsAtOnce()
    {
        _leases.Before = _ => throw new IOException("down");

        Assert.Equal("1#1", await GetAsync(_here).WaitAsync(Patience.Limit, Ct));
        Assert.Single(_here.Remote.Keys);
    }

    [Fact]
    public async Task Load_IsLong_ItsLeaseIsExtended()
    {
        var gate = HoldLoads();
        var load = GetAsync(_here);
        await gate.Reached;

        for (var extensions = 1; extensions <= 10; extensions++)
        {
            _here.Time.Advance(TimeSpan.FromSeconds(2));
            await Eventually.HoldsAsync(() => Task.FromResult(_leases.Extensions == extensions));
        }

        Assert.Equal(1, _leases.Count);
        gate.Open();
        await load.WaitAsync(Patience.Limit, Ct);

        await Eventually.HoldsAsync(() => Task.FromResult(_leases.Count == 0));
        Assert.Single(_here.Remote.Keys);
    }

    [Fact]
    public async Task Load_ItsLeaseWasLost_WhatItLoadedIsNotStoredForOthers()
    {
        var gate = HoldLoads();
        var load = GetAsync(_here);
        await gate.Reached;
        _leases.Before = operation =>
        {
            if (operation == "extend")
            {
                throw new IOException("cut off");
            }
        };

        await TryAgainAsync(times: 100);
        gate.Open();

        Assert.Equal("1#1", await load.WaitAsync(Patience.Limit, Ct));
        Assert.Empty(_here.Remote.Keys);
    }

    [Fact]
    public async Task Get_TheCallerLeaves_NothingIsHeldForLong()
    {
        Assert.True(await _leases.TryTakeAsync("cacheme:item:1:v1", TimeSpan.FromDays(1), Ct) > 0);
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var waiting = _there.Cacheme.GetAsync(new ItemNode(1), leave.Token).AsTask();
        await TryAgainAsync(times: 2);

        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Patience.Limit, Ct));
        Assert.Equal(0, _source.Loads);
    }

    [Fact]
    public async Task Refresh_WhileTheOtherLoads_WaitsForNobody()
    {
        Assert.True(await _leases.TryTakeAsync("cacheme:item:1:v1", TimeSpan.FromDays(1), Ct) > 0);

        Assert.Equal("1#1", (await _there.Cacheme.RefreshAsync(new ItemNode(1), Ct).AsTask().WaitAsync(Patience.Limit, Ct)).Text);
    }

    [Fact]
    public async Task SetUp_ThatCannotWork_FailsAtTheStart()
    {
        await using var without = new CacheFixture(cacheme => cacheme.AddNode<ItemNode>(policy => policy.Cache("local").Cache("remote").LoadOnceAcrossProcesses()));
        await using var endless = new CacheFixture(cacheme => cacheme.AddNode<ItemNode>(policy => policy.Cache("remote").LoadOnceAcrossProcesses(TimeSpan.Zero)));
        await using var kept = new CacheFixture(cacheme => cacheme.AddNode<ItemNode>(policy => policy.Cache("remote").DoorKeeper(1000).LoadOnceAcrossProcesses()));
        kept.Remote.Leases = new FakeLeases(kept.Time);

        Assert.Contains("'ItemNode' loads once across processes, and none of its storages has leases", Assert.Throws<CachemeSetupException>(() => without.Cacheme).Message, StringComparison.Ordinal);
        Assert.Contains("'ItemNode' has a doorkeeper and loads once across processes", Assert.Throws<CachemeSetupException>(() => kept.Cacheme).Message, StringComparison.Ordinal);
        Assert.Contains("'ItemNode' waits 00:00:00", Assert.Throws<CachemeSetupException>(() => endless.Cacheme).Message, StringComparison.Ordinal);
    }

    private CacheFixture Host(CacheFixture? sharing = null) => new(
        cacheme => cacheme.AddNode<ItemNode>(policy => policy
            .Version("v1").Cache("local", TimeSpan.FromMinutes(1)).Cache("remote", TimeSpan.FromHours(1)).LoadOnceAcrossProcesses(LongestWait)),
        services => services.AddSingleton(_source),
        sharing);

    private Gate HoldLoads()
    {
        var gate = new Gate();
        _source.Load = async (id, _) =>
        {
            await gate.PassAsync(CancellationToken.None);
            return $"{id}#{_source.Loads}";
        };
        return gate;
    }

    private static async Task<string> GetAsync(CacheFixture host) => (await host.Cacheme.GetAsync(new ItemNode(1), Ct)).Text;

    // Time for whoever waits to look again.
    private async Task TryAgainAsync(int times)
    {
        for (var i = 0; i < times; i++)
        {
            _here.Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }
    }

    private async Task<string> EndsAsync(Task<string> call)
    {
        await Eventually.HoldsAsync(async () =>
        {
            await TryAgainAsync(times: 1);
            return call.IsCompleted;
        });
        return await call;
    }
}
