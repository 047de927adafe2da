using Cacheme.Invalidation;
using Cacheme.Pipeline;
using Cacheme.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.Tests.Invalidation;

/// <summary>Tags, in one host and in two that share a storage and its log.</summary>
public sealed class TagTests : IAsyncLifetime
{
    private const int TagsFailed = 16;

    private readonly Source _source = new();
    private readonly FakeLog _log = new();
    private readonly CacheFixture _here;
    private readonly CacheFixture _there;

    public TagTests()
    {
        _here = Host();
        _here.Remote.Log = _log;
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
    public async Task InvalidateTag_OfANodeItsPropertyOrItsValue_RemovesWhatHasItAndNothingElse()
    {
        await FillAsync(_here);

        await _here.Cacheme.InvalidateTagAsync("team:1", Ct);
        Assert.Equal(["0#1", "1#4", "2#3"], await GetAsync(_here));
        await _here.Cacheme.InvalidateTagAsync("2#3", Ct);
        Assert.Equal(["0#1", "1#4", "2#5"], await GetAsync(_here));
        await _here.Cacheme.InvalidateTagAsync("items", Ct);
        Assert.Equal(["0#6", "1#7", "2#8"], await GetAsync(_here));
        await _here.Cacheme.InvalidateTagAsync(["of nobody", "team:1", "0#6"], Ct);
        Assert.Equal(["0#9", "1#10", "2#8"], await GetAsync(_here));
    }

    [Fact]
    public async Task InvalidateTag_TheOtherHasItLocally_ItLoadsAnew()
    {
        await FillAsync(_here);
        Assert.Equal(["0#1", "1#2", "2#3"], await GetAsync(_there));

        await _here.Cacheme.InvalidateTagAsync("team:1", Ct);
        await HeardAsync();

        Assert.Equal(["0#1", "1#4", "2#3"], await GetAsync(_there));
        Assert.Equal(["0#1", "1#4", "2#3"], await GetAsync(_here)); // What the other one has loaded is good.
        Assert.Equal(4, _source.Loads);
    }

    [Fact]
    public async Task InvalidateTag_TheValueIsInARemoteTierOnly_ItIsNotRead()
    {
        await FillAsync(_here);
        _here.Time.Advance(TimeSpan.FromMinutes(2));

        await _here.Cacheme.InvalidateTagAsync("team:1", Ct);
        await HeardAsync();

        Assert.Equal(["0#1", "1#4", "2#3"], await GetAsync(_there));
    }

    [Fact]
    public async Task InvalidateTag_AProcessThatStartsLater_KnowsOfIt()
    {
        await FillAsync(_here);
        await _here.Cacheme.InvalidateTagAsync("team:1", Ct);

        await using var later = Host(_here);
        await later.StartAsync();

        Assert.Equal(["0#1", "1#4", "2#3"], await GetAsync(later));
    }

    [Fact]
    public async Task InvalidateTag_ItsRecordIsLost_AProcessThatStartsLaterReadsNoTaggedEntryFromBefore()
    {
        await FillAsync(_here);
        await _here.Cacheme.GetAsync(new ItemNode(9), Ct);
        await _here.Cacheme.InvalidateTagAsync("team:1", Ct);
        await _here.Cacheme.InvalidateAsync(new ItemNode(8), Ct);
        await HeardAsync(); // Or they would notice the loss, and drop what they wrote.
        _log.Lose(_log.Count - 1);

        await using var later = Host(_here);
        await later.StartAsync();

        Assert.Equal(["0#5", "1#6", "2#7"], await GetAsync(later));
        Assert.Equal("9#4", (await later.Cacheme.GetAsync(new ItemNode(9), Ct)).Text); // It has no tags.
        Assert.Equal(["0#5", "1#6", "2#7"], await GetAsync(later));
    }

    [Fact]
    public async Task InvalidateTag_DuringALoad_WhoAsksAfterwardsDoesNotJoinIt()
    {
        var gate = new Gate();
        _source.Load = async (_, token) =>
        {
            await gate.PassAsync(token);
            return "old";
        };
        var before = _here.Cacheme.GetAsync(new TaggedNode(1), Ct).AsTask();
        await gate.Reached;

        await _here.Cacheme.InvalidateTagAsync("team:1", Ct);
        _source.Load = (_, _) => Task.FromResult("new");
        var after = _here.Cacheme.GetAsync(new TaggedNode(1), Ct).AsTask();
        gate.Open();

        Assert.Equal("old", (await before.WaitAsync(Patience.Limit, Ct)).Text);
        Assert.Equal("new", (await after.WaitAsync(Patience.Limit, Ct)).Text);
        Assert.Equal("new", (await _here.Cacheme.GetAsync(new TaggedNode(1), Ct)).Text);
        Assert.Equal(2, _source.Loads);
    }

    [Fact]
    public async Task InvalidateTag_DuringALoad_WhoHadAskedBeforeGetsItsValue()
    {
        var gate = new Gate();
        _source.Load = async (_, token) =>
        {
            await gate.PassAsync(token);
            return "old";
        };
        var callers = Enumerable.Range(0, 5).Select(_ => _here.Cacheme.GetAsync(new TaggedNode(1), Ct).AsTask()).ToList();
        await gate.Reached;

        await _here.Cacheme.InvalidateTagAsync("team:1", Ct);
        gate.Open();

        Assert.All(await Task.WhenAll(callers).WaitAsync(Patience.Limit, Ct), item => Assert.Equal("old", item.Text));
        Assert.Equal(1, _source.Loads);
    }

    [Fact]
    public async Task InvalidateTag_AnotherTag_DuringALoad_DoesNotDisturbIt()
    {
        var gate = new Gate();
        _source.Load = async (_, token) =>
        {
            await gate.PassAsync(token);
            return "value";
        };
        var before = _here.Cacheme.GetAsync(new TaggedNode(1), Ct).AsTask();
        await gate.Reached;

        await _here.Cacheme.InvalidateTagAsync("team:0", Ct);
        var after = _here.Cacheme.GetAsync(new TaggedNode(1), Ct).AsTask();
        gate.Open();
        await Task.WhenAll(before, after).WaitAsync(Patience.Limit, Ct);

        Assert.Equal("value", (await _here.Cacheme.GetAsync(new TaggedNode(1), Ct)).Text);
        Assert.Equal(1, _source.Loads);
    }

    [Fact]
    public async Task InvalidateTag_TheOtherHasALoadUnderWay_WhatItWritesIsNotRead()
    {
        var gate = new Gate();
        _source.Load = async (_, token) =>
        {
            await gate.PassAsync(token);
            return "old";
        };
        _log.Pass = operation => operation == "read" ? Task.Delay(Timeout.Infinite, Ct) : Task.CompletedTask; // Nobody hears.
        var load = _there.Cacheme.GetAsync(new TaggedNode(1), Ct).AsTask();
        await gate.Reached;
        await _here.Cacheme.InvalidateTagAsync("items", Ct);
        gate.Open();
        await load.WaitAsync(Patience.Limit, Ct);
        await Eventually.HoldsAsync(() => Task.FromResult(_here.Remote.Keys.Count == 1));

        _source.Load = (_, _) => Task.FromResult("new");
        Assert.Equal("new", (await _here.Cacheme.GetAsync(new TaggedNode(1), Ct)).Text);
    }

    [Fact]
    public async Task InvalidateTag_ItCannotBeTold_IsToldToTheCallerAndTriedAgain()
    {
        await FillAsync(_here);
        await GetAsync(_there);
        _log.Pass = operation => operation == "append" ? throw new IOException("down") : Task.CompletedTask;

        var error = await Assert.ThrowsAsync<InvalidationException>(() => _here.Cacheme.InvalidateTagAsync("team:1", Ct).AsTask());
        Assert.Equal(["remote"], error.Storages);
        Assert.Equal(["0#1", "1#4", "2#3"], await GetAsync(_here));
        Assert.Equal(["0#1", "1#2", "2#3"], await GetAsync(_there));

        _log.Pass = null;
        await Eventually.HoldsAsync(async () =>
        {
            _here.Time.Advance(TimeSpan.FromSeconds(1));
            return (await GetAsync(_there))[1] != "1#2";
        });
    }

    [Fact]
    public async Task InvalidateTag_AChainWithoutALocalTier_IsNotRead()
    {
        await _here.Cacheme.GetAsync(new RemoteTaggedNode(1), Ct);
        Assert.Equal("1#1", (await _there.Cacheme.GetAsync(new RemoteTaggedNode(1), Ct)).Text);

        await _here.Cacheme.InvalidateTagAsync("team:1", Ct);
        await HeardAsync();

        Assert.Equal("1#2", (await _there.Cacheme.GetAsync(new RemoteTaggedNode(1), Ct)).Text);
        Assert.Equal("1#2", (await _here.Cacheme.GetAsync(new RemoteTaggedNode(1), Ct)).Text);
    }

    [Fact]
    public async Task InvalidateTag_OnlyInMemory_NeedsNoStorage()
    {
        var cache = _here.Cache<LocalTaggedNode, Item>();
        await cache.GetAsync(new LocalTaggedNode(1), Ct);

        await _here.Cacheme.InvalidateTagAsync("10", Ct);

        Assert.False((await cache.TryGetAsync(new LocalTaggedNode(1), Ct)).Found);
        Assert.Equal("1#2", (await cache.GetAsync(new LocalTaggedNode(1), Ct)).Text);
    }

    [Fact]
    public async Task InvalidateTag_WhatWasSetOrRefreshed_HasItsTagsToo()
    {
        await _here.Cacheme.SetAsync(new TaggedNode(1), new Item("set"), Ct);
        await _here.Cacheme.RefreshAsync(new TaggedNode(2), Ct);

        await _here.Cacheme.InvalidateTagAsync(["set", "2#1"], Ct);
        Assert.Equal(["0#2", "1#3", "2#4"], await GetAsync(_here));
    }

    [Fact]
    public async Task Get_WithTenTags_ReadsNothingAndAllocatesNothing()
    {
        var cache = _here.Cache<LocalTaggedNode, Item>();
        await cache.GetAsync(new LocalTaggedNode(1), Ct);
        await _here.Cacheme.InvalidateTagAsync("of nobody", Ct);
        var reads = (_here.Remote.Calls.Count, _log.Reads);
        await cache.GetAsync(new LocalTaggedNode(1), Ct);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1000; i++)
        {
            await cache.GetAsync(new LocalTaggedNode(1), Ct);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(reads.Count, _here.Remote.Calls.Count);
    }

    [Fact]
    public async Task Sweep_DropsWhatHasRemovedTagsAndForgetsThem()
    {
        await FillAsync(_here);
        var removed = Definition(_here).RemovedTags;
        for (var i = 0; i < 1000; i++)
        {
            await _here.Cacheme.InvalidateTagAsync($"tag {i}", Ct);
        }

        await _here.Cacheme.InvalidateTagAsync("team:1", Ct);
        Assert.Equal(1001, removed.Count);
        _here.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(2, Definition(_here).LocalTiers[0].Storage.Count);
        _here.Time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(0, removed.Count);
        Assert.Equal(["0#1", "1#4", "2#3"], await GetAsync(_here));
    }

    [Fact]
    public async Task Tags_CannotBeComputed_TheValueIsHandedOutAndStoredNowhere()
    {
        await using var host = new CacheFixture(
            cacheme => cacheme.AddNode<ItemNode>(policy => policy.Cache("local").Tags((ItemNode _) => throw new FormatException("no tag"))),
            services => services.AddSingleton(_source));

        Assert.Equal("1#1", (await host.Cacheme.GetAsync(new ItemNode(1), Ct)).Text);
        Assert.Equal("1#2", (await host.Cacheme.GetAsync(new ItemNode(1), Ct)).Text);
        await Assert.ThrowsAsync<FormatException>(() => host.Cacheme.SetAsync(new ItemNode(1), new Item("set"), Ct).AsTask());

        Assert.Equal(2, host.Log.CountOf(TagsFailed));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("*")]
    [InlineData("half")]
    [InlineData(null)]
    public async Task Tags_ComputedAndNotAllowed_AreStoredNowhere(string? tag)
    {
        // Half of a surrogate pair, which an attribute cannot hold.
        tag = tag == "half" ? "\uD800" : tag;
        await using var host = new CacheFixture(
            cacheme => cacheme.AddNode<ItemNode>(policy => policy.Cache("local").Tags((ItemNode _) => [tag!])),
            services => services.AddSingleton(_source));

        await host.Cacheme.GetAsync(new ItemNode(1), Ct);

        Assert.False((await host.Cacheme.TryGetAsync(new ItemNode(1), Ct)).Found);
        var logged = Assert.Single(host.Log.Records, record => record.Event == TagsFailed);
        Assert.Contains("'ItemNode'", logged.Exception!.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => host.Cacheme.InvalidateTagAsync(tag!, Ct).AsTask());
    }

    [Fact]
    public async Task Tags_TooManyOrTooLong_AreStoredNowhere()
    {
        await using var host = new CacheFixture(
            cacheme => cacheme.AddNode<ItemNode>(policy => policy.Cache("local").Tags((ItemNode node) =>
                node.Id == 1 ? Enumerable.Range(0, 129).Select(i => $"{i}") : [new string('x', node.Id)])),
            services => services.AddSingleton(_source));

        foreach (var id in (int[])[1, 257, 256])
        {
            await host.Cacheme.GetAsync(new ItemNode(id), Ct);
        }

        Assert.Equal(2, host.Log.CountOf(TagsFailed));
        Assert.True((await host.Cacheme.TryGetAsync(new ItemNode(256), Ct)).Found);
    }

    [Fact]
    public void Tags_WrongSetUp_FailsAtStartUp()
    {
        Assert.Contains("'ItemNode' is blank", Refusal(policy => policy.Cache("local").Tags("good", " ")), StringComparison.Ordinal);
        Assert.Contains("computes its tags from other types", Refusal(policy => policy.Cache("local").Tags((TaggedNode _) => [])), StringComparison.Ordinal);
        Assert.Contains("computes its tags from other types", Refusal(policy => policy.Cache("local").Tags((ItemNode _, string _) => [])), StringComparison.Ordinal);
        var message = Refusal(policy => policy.Cache("local").Cache("remote").Tags("team"));
        Assert.Contains("'ItemNode'", message, StringComparison.Ordinal);
        Assert.Contains("'remote' cannot tell other processes", message, StringComparison.Ordinal);

        static string Refusal(Action<NodePolicyBuilder> configure)
        {
            using var host = new ServiceCollection().AddCacheme(cacheme => cacheme
                .AddLocal("local", 10).AddStorage("remote", _ => new FakeStorage(TimeProvider.System)).AddNode<ItemNode>(configure)).BuildServiceProvider();
            return Assert.Throws<CachemeSetupException>(() => host.GetRequiredService<ICacheme>()).Message;
        }
    }

    private CacheFixture Host(CacheFixture? sharing = null) => new(
        cacheme => cacheme.AddNode<ItemNode>().AddNode<TaggedNode>(TaggedNode.Configure).AddNode<RemoteTaggedNode>(RemoteTaggedNode.Configure).AddNode<LocalTaggedNode, Item>(),
        services => services.AddSingleton(_source),
        sharing);

    private static async Task FillAsync(CacheFixture host) => Assert.Equal(["0#1", "1#2", "2#3"], await GetAsync(host));

    private static async Task<string[]> GetAsync(CacheFixture host)
    {
        var texts = new string[3];
        for (var id = 0; id < texts.Length; id++)
        {
            texts[id] = (await host.Cacheme.GetAsync(new TaggedNode(id), Ct)).Text;
        }

        return texts;
    }

    private Task HeardAsync() => Eventually.HoldsAsync(() =>
    {
        _here.Time.Advance(TimeSpan.FromMilliseconds(100));
        return Task.FromResult(Bus(_here).Position == _log.Last && Bus(_there).Position == _log.Last);
    });

    private static Cacheme.Nodes.NodeDefinition Definition(CacheFixture host) => ((NodeCache<LocalTaggedNode, Item>)host.Cache<LocalTaggedNode, Item>()).Definition;

    private static InvalidationBus Bus(CacheFixture host) => ((NodeCache<ItemNode, Item>)host.Cache<ItemNode, Item>()).Definition.Bus!;
}
