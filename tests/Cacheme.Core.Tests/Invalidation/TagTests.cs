using Cacheme.DependencyInjection;
using Cacheme.Invalidation;
using Cacheme.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.Tests.Invalidation;

/// <summary>Tags, in one host and in two that share a storage and its log.</summary>
public sealed class TagTests : TwoHostsTest
{
    private const int TagsFailed = 16;

    [Fact]
    public async Task InvalidateTag_OfANodeItsPropertyOrItsValue_RemovesWhatHasItAndNothingElse()
    {
        await FillAsync(Here);

        await Here.Cacheme.InvalidateTagAsync("team:1", Ct);
        Assert.Equal(["0#1", "1#4", "2#3"], await GetAsync(Here));
        await Here.Cacheme.InvalidateTagAsync("2#3", Ct);
        Assert.Equal(["0#1", "1#4", "2#5"], await GetAsync(Here));
        await Here.Cacheme.InvalidateTagAsync("items", Ct);
        Assert.Equal(["0#6", "1#7", "2#8"], await GetAsync(Here));
        await Here.Cacheme.InvalidateTagAsync(["of nobody", "team:1", "0#6"], Ct);
        Assert.Equal(["0#9", "1#10", "2#8"], await GetAsync(Here));
    }

    [Fact]
    public async Task InvalidateTag_TheOtherHasItLocally_ItLoadsAnew()
    {
        await FillAsync(Here);
        Assert.Equal(["0#1", "1#2", "2#3"], await GetAsync(There));

        await Here.Cacheme.InvalidateTagAsync("team:1", Ct);
        await HeardAsync();

        Assert.Equal(["0#1", "1#4", "2#3"], await GetAsync(There));
        Assert.Equal(["0#1", "1#4", "2#3"], await GetAsync(Here)); // What the other one has loaded is good.
        Assert.Equal(4, Source.Loads);
    }

    [Fact]
    public async Task InvalidateTag_TheValueIsInARemoteTierOnly_ItIsNotRead()
    {
        await FillAsync(Here);
        Here.Time.Advance(TimeSpan.FromMinutes(2));

        await Here.Cacheme.InvalidateTagAsync("team:1", Ct);
        await HeardAsync();

        Assert.Equal(["0#1", "1#4", "2#3"], await GetAsync(There));
    }

    [Fact]
    public async Task InvalidateTag_AProcessThatStartsLater_KnowsOfIt()
    {
        await FillAsync(Here);
        await Here.Cacheme.InvalidateTagAsync("team:1", Ct);

        await using var later = Host(Here);
        await later.StartAsync();

        Assert.Equal(["0#1", "1#4", "2#3"], await GetAsync(later));
    }

    [Fact]
    public async Task InvalidateTag_ItsRecordIsLost_AProcessThatStartsLaterReadsNoTaggedEntryFromBefore()
    {
        await FillAsync(Here);
        await Here.Cacheme.GetAsync(new ItemNode(9), Ct);
        await Here.Cacheme.InvalidateTagAsync("team:1", Ct);
        await Here.Cacheme.InvalidateAsync(new ItemNode(8), Ct);
        await HeardAsync(); // Or they would notice the loss, and drop what they wrote.
        Log.Lose(Log.Count - 1);

        await using var later = Host(Here);
        await later.StartAsync();

        Assert.Equal(["0#5", "1#6", "2#7"], await GetAsync(later));
        Assert.Equal("9#4", (await later.Cacheme.GetAsync(new ItemNode(9), Ct)).Text); // It has no tags.
        Assert.Equal(["0#5", "1#6", "2#7"], await GetAsync(later));
    }

    [Fact]
    public async Task InvalidateTag_DuringALoad_WhoAsksAfterwardsDoesNotJoinIt()
    {
        var gate = new Gate();
        Source.Load = async (_, token) =>
        {
            await gate.PassAsync(token);
            return "old";
        };
        var before = Here.Cacheme.GetAsync(new TaggedNode(1), Ct).AsTask();
        await gate.Reached;

        await Here.Cacheme.InvalidateTagAsync("team:1", Ct);
        Source.Load = (_, _) => Task.FromResult("new");
        var after = Here.Cacheme.GetAsync(new TaggedNode(1), Ct).AsTask();
        gate.Open();

        Assert.Equal("old", (await before.WaitAsync(Patience.Limit, Ct)).Text);
        Assert.Equal("new", (await after.WaitAsync(Patience.Limit, Ct)).Text);
        Assert.Equal("new", (await Here.Cacheme.GetAsync(new TaggedNode(1), Ct)).Text);
        Assert.Equal(2, Source.Loads);
    }

    [Fact]
    public async Task InvalidateTag_DuringALoad_WhoHadAskedBeforeGetsItsValue()
    {
        var gate = new Gate();
        Source.Load = async (_, token) =>
        {
            await gate.PassAsync(token);
            return "old";
        };
        var callers = Enumerable.Range(0, 5).Select(_ => Here.Cacheme.GetAsync(new TaggedNode(1), Ct).AsTask()).ToList();
        await gate.Reached;

        await Here.Cacheme.InvalidateTagAsync("team:1", Ct);
        gate.Open();

        Assert.All(await Task.WhenAll(callers).WaitAsync(Patience.Limit, Ct), item => Assert.Equal("old", item.Text));
        Assert.Equal(1, Source.Loads);
    }

    [Fact]
    public async Task InvalidateTag_AnotherTag_DuringALoad_DoesNotDisturbIt()
    {
        var gate = new Gate();
        Source.Load = async (_, token) =>
        {
            await gate.PassAsync(token);
            return "value";
        };
        var before = Here.Cacheme.GetAsync(new TaggedNode(1), Ct).AsTask();
        await gate.Reached;

        await Here.Cacheme.InvalidateTagAsync("team:0", Ct);
        var after = Here.Cacheme.GetAsync(new TaggedNode(1), Ct).AsTask();
        gate.Open();
        await Task.WhenAll(before, after).WaitAsync(Patience.Limit, Ct);

        Assert.Equal("value", (await Here.Cacheme.GetAsync(new TaggedNode(1), Ct)).Text);
        Assert.Equal(1, Source.Loads);
    }

    [Fact]
    public async Task InvalidateTag_TheOtherHasALoadUnderWay_WhatItWritesIsNotRead()
    {
        var gate = new Gate();
        Source.Load = async (_, token) =>
        {
            await gate.PassAsync(token);
            return "old";
        };
        Log.Pass = operation => operation == "read" ? Task.Delay(Timeout.Infinite, Ct) : Task.CompletedTask; // Nobody hears.
        var load = There.Cacheme.GetAsync(new TaggedNode(1), Ct).AsTask();
        await gate.Reached;
        await Here.Cacheme.InvalidateTagAsync("items", Ct);
        gate.Open();
        await load.WaitAsync(Patience.Limit, Ct);
        await Eventually.HoldsAsync(() => Task.FromResult(Here.Remote.Keys.Count == 1));

        Source.Load = (_, _) => Task.FromResult("new");
        Assert.Equal("new", (await Here.Cacheme.GetAsync(new TaggedNode(1), Ct)).Text);
    }

    [Fact]
    public async Task InvalidateTag_ItCannotBeTold_IsToldToTheCallerAndTriedAgain()
    {
        await FillAsync(Here);
        await GetAsync(There);
        Log.Pass = operation => operation == "append" ? throw new IOException("down") : Task.CompletedTask;

        var error = await Assert.ThrowsAsync<InvalidationException>(() => Here.Cacheme.InvalidateTagAsync("team:1", Ct).AsTask());
        Assert.Equal(["remote"], error.Storages);
        Assert.Equal(["0#1", "1#4", "2#3"], await GetAsync(Here));
        Assert.Equal(["0#1", "1#2", "2#3"], await GetAsync(There));

        Log.Pass = null;
        await Eventually.HoldsAsync(async () =>
        {
            Here.Time.Advance(TimeSpan.FromSeconds(1));
            return (await GetAsync(There))[1] != "1#2";
        });
    }

    [Fact]
    public async Task InvalidateTag_AChainWithoutALocalTier_IsNotRead()
    {
        await Here.Cacheme.GetAsync(new RemoteTaggedNode(1), Ct);
        Assert.Equal("1#1", (await There.Cacheme.GetAsync(new RemoteTaggedNode(1), Ct)).Text);

        await Here.Cacheme.InvalidateTagAsync("team:1", Ct);
        await HeardAsync();

        Assert.Equal("1#2", (await There.Cacheme.GetAsync(new RemoteTaggedNode(1), Ct)).Text);
        Assert.Equal("1#2", (await Here.Cacheme.GetAsync(new RemoteTaggedNode(1), Ct)).Text);
    }

    [Fact]
    public async Task InvalidateTag_OnlyInMemory_NeedsNoStorage()
    {
        var cache = Here.Cache<LocalTaggedNode, Item>();
        await cache.GetAsync(new LocalTaggedNode(1), Ct);

        await Here.Cacheme.InvalidateTagAsync("10", Ct);

        Assert.False((await cache.TryGetAsync(new LocalTaggedNode(1), Ct)).Found);
        Assert.Equal("1#2", (await cache.GetAsync(new LocalTaggedNode(1), Ct)).Text);
    }

    [Fact]
    public async Task InvalidateTag_WhatWasSetOrRefreshed_HasItsTagsToo()
    {
        await Here.Cacheme.SetAsync(new TaggedNode(1), new Item("set"), Ct);
        await Here.Cacheme.RefreshAsync(new TaggedNode(2), Ct);

        await Here.Cacheme.InvalidateTagAsync(["set", "2#1"], Ct);
        Assert.Equal(["0#2", "1#3", "2#4"], await GetAsync(Here));
    }

    [Fact]
    public async Task Get_WithTenTags_ReadsNothingAndAllocatesNothing()
    {
        var cache = Here.Cache<LocalTaggedNode, Item>();
        await cache.GetAsync(new LocalTaggedNode(1), Ct);
        await Here.Cacheme.InvalidateTagAsync("of nobody", Ct);
        var reads = (Here.Remote.Calls.Count, Log.Reads);
        await cache.GetAsync(new LocalTaggedNode(1), Ct);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1000; i++)
        {
            await cache.GetAsync(new LocalTaggedNode(1), Ct);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(reads.Count, Here.Remote.Calls.Count);
    }

    [Fact]
    public async Task Sweep_DropsWhatHasRemovedTagsAndForgetsThem()
    {
        await FillAsync(Here);
        var removed = Definition(Here).RemovedTags;
        for (var i = 0; i < 1000; i++)
        {
            await Here.Cacheme.InvalidateTagAsync($"tag {i}", Ct);
        }

        await Here.Cacheme.InvalidateTagAsync("team:1", Ct);
        Assert.Equal(1001, removed.Count);
        Here.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(2, Definition(Here).LocalTiers[0].Storage.Count);
        Here.Time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(0, removed.Count);
        Assert.Equal(["0#1", "1#4", "2#3"], await GetAsync(Here));
    }

    [Fact]
    public async Task Tags_CannotBeComputed_TheValueIsHandedOutAndStoredNowhere()
    {
        await using var host = new CacheFixture(
            cacheme => cacheme.AddNode<ItemNode>(policy => policy.Cache("local").Tags((ItemNode _) => throw new FormatException("no tag"))),
            services => services.AddSingleton(Source));

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
            services => services.AddSingleton(Source));

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
            services => services.AddSingleton(Source));

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

    [Fact]
    public async Task InvalidateTag_TwiceDuringALoad_WhoAskedInBetweenDoesNotGetWhatItLoads()
    {
        var gate = new Gate();
        Source.Load = async (_, token) =>
        {
            await gate.PassAsync(token);
            return "old";
        };
        var first = Here.Cacheme.GetAsync(new TaggedNode(1), Ct).AsTask();
        await gate.Reached;
        Source.Load = (_, _) => Task.FromResult("new");
        await Here.Cacheme.InvalidateTagAsync("items", Ct);
        var second = Here.Cacheme.GetAsync(new TaggedNode(1), Ct).AsTask();
        await Here.Cacheme.InvalidateTagAsync("items", Ct);
        gate.Open();

        Assert.Equal("old", (await first).Text);
        Assert.Equal("new", (await second).Text);
    }

    [Fact]
    public async Task InvalidateTag_TheLogLosesItsRecord_TheOneWhoRemovedItDoesNotReadWhatWasLoadedBefore()
    {
        await Here.Cacheme.GetAsync(new TaggedNode(1), Ct);
        await Eventually.HoldsAsync(() => Task.FromResult(Here.Remote.Keys.Count == 1));
        await Here.Cacheme.InvalidateTagAsync("items", Ct);
        await HeardAsync();
        Log.FallBack(1);
        await Log.AppendAsync(InvalidationRecordFormat.Write(new InvalidationRecord(99, 1, 0, [])), Ct);
        await PassAsync(TimeSpan.FromSeconds(3));

        Assert.Equal("1#2", (await Here.Cacheme.GetAsync(new TaggedNode(1), Ct)).Text);
    }

    [Fact]
    public async Task InvalidateTag_BeforeANodeIsBuiltAtRunTime_ItsEntriesFromBeforeAreNotRead()
    {
        var here = Here.Cacheme.BuildNode<Item>("built", Policy);
        await Here.Cacheme.GetAsync(here.Key("1"), _ => new ValueTask<Item>(new Item("old")), Ct);
        await Eventually.HoldsAsync(() => Task.FromResult(Here.Remote.Keys.Count == 1));
        await There.Cacheme.InvalidateTagAsync("of a built one", Ct);
        await HeardAsync();

        var there = There.Cacheme.BuildNode<Item>("built", Policy);
        Assert.Equal("new", (await There.Cacheme.GetAsync(there.Key("1"), _ => new ValueTask<Item>(new Item("new")), Ct)).Text);

        static void Policy(NodePolicyBuilder policy) => policy
            .Cache("local", TimeSpan.FromMinutes(1)).Cache("remote", TimeSpan.FromHours(5)).Tags("of a built one");
    }

    [Fact]
    public async Task InvalidateTag_WhileASetIsBeingWritten_AGetIsNotHeldUp()
    {
        var gate = new Gate();
        Here.Remote.Before = (operation, _) => operation == "set" ? gate.PassAsync(CancellationToken.None) : Task.CompletedTask;
        var set = Here.Cacheme.SetAsync(new TaggedNode(1), new Item("set"), Ct).AsTask();
        await gate.Reached;
        await Here.Cacheme.InvalidateTagAsync("items", Ct);

        Assert.Equal("1#1", (await Here.Cacheme.GetAsync(new TaggedNode(1), Ct).AsTask().WaitAsync(Patience.Limit, Ct)).Text);
        gate.Open();
        await set;
    }

    [Fact]
    public async Task Sweep_DuringALoad_WhatItLoadsIsKeptWhereAnotherTagWasRemoved()
    {
        var gate = new Gate();
        Source.Load = async (_, token) =>
        {
            await gate.PassAsync(token);
            return "value";
        };
        var get = Here.Cache<LocalTaggedNode, Item>().GetAsync(new LocalTaggedNode(1), Ct).AsTask();
        await gate.Reached;
        await Here.Cacheme.InvalidateTagAsync("another", Ct);
        Here.Time.Advance(TimeSpan.FromSeconds(31));
        gate.Open();
        await get;

        await Here.Cache<LocalTaggedNode, Item>().GetAsync(new LocalTaggedNode(1), Ct);
        Assert.Equal(1, Source.Loads);
    }

    protected override void Configure(CachemeBuilder cacheme) => cacheme
        .AddNode<ItemNode>().AddNode<TaggedNode>(TaggedNode.Configure).AddNode<RemoteTaggedNode>(RemoteTaggedNode.Configure).AddNode<LocalTaggedNode, Item>();

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
}
