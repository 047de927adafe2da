using Cacheme.Invalidation;
using Cacheme.Nodes;
using Cacheme.Pipeline;
using Cacheme.Testing;

namespace Cacheme.Tests.Invalidation;

/// <summary>Tiers nearer than the one that carries the news: a file, of which each machine has one of its own.</summary>
public sealed class OwnTierTests : TwoHostsTest
{
    private readonly Dictionary<string, FakeStorage> _files = new(StringComparer.Ordinal);

    [Fact]
    public async Task Invalidate_EachProcessRemovesItFromItsOwn()
    {
        await using var here = HostWith("one");
        await using var there = HostWith("other");
        await here.StartAsync();
        await there.StartAsync();
        await ValueAsync(here);
        await ValueAsync(there);
        Assert.All(_files.Values, static file => Assert.Single(file.Keys));
        await PassAsync(TimeSpan.FromSeconds(5)); // What was written a moment ago is looked for anyway.

        await here.Cacheme.InvalidateAsync(new ThreeTierNode(1), Ct);

        await Eventually.HoldsAsync(() => Task.FromResult(_files.Values.All(static file => file.Keys.Count == 0)));
        await Eventually.HoldsAsync(async () => await ValueAsync(there) == "1#2");
    }

    [Fact]
    public async Task Start_ItWasInvalidatedWhileTheProcessWasAway_ItIsRemoved()
    {
        await using var here = HostWith("one");
        await here.StartAsync();
        await using (var there = HostWith("other"))
        {
            await there.StartAsync();
            Assert.Equal("1#1", await ValueAsync(there));
        }

        await here.Cacheme.InvalidateAsync(new ThreeTierNode(1), Ct);
        await using var again = HostWith("other");
        await again.StartAsync();

        Assert.Equal("1#2", await ValueAsync(again));
        Assert.Equal(0, ((NodeCache<ThreeTierNode, Item>)again.Cache<ThreeTierNode, Item>()).Definition.Counters.InvalidationsByOthers);
    }

    [Fact]
    public async Task Start_NothingWasInvalidated_ItIsRead()
    {
        await using (var before = HostWith("one"))
        {
            await before.StartAsync();
            await before.Cacheme.InvalidateAsync(new ThreeTierNode(2), Ct);
            await ValueAsync(before);
        }

        await using var again = HostWith("one");
        await again.StartAsync();

        Assert.Equal("1#1", await ValueAsync(again));
        Assert.Equal(1, again.Cacheme.Stats<ThreeTierNode>().HitsByStorage["file"]);
    }

    [Fact]
    public async Task Start_TheRecordOfItIsGone_WhatIsOlderThanTheLogIsNotRead()
    {
        await using var here = HostWith("one");
        await here.StartAsync();
        await using (var there = HostWith("other"))
        {
            await there.StartAsync();
            await ValueAsync(there);
        }

        await here.Cacheme.InvalidateAsync(new ThreeTierNode(1), Ct);
        await here.Cacheme.InvalidateAsync(new ThreeTierNode(2), Ct);
        Log.Lose(Log.Count - 1);
        await using var again = HostWith("other");
        await again.StartAsync();

        Assert.Equal("1#2", await ValueAsync(again));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Read_NobodyCanSayWhatWasMissed_WhatIsOlderIsNotRead(bool isGone)
    {
        await using var here = HostWith("one");
        await using var there = HostWith("other");
        await here.StartAsync();
        await there.StartAsync();
        await ValueAsync(there);
        await PassAsync(TimeSpan.FromMinutes(2)); // Gone from its memory, and still in its file.
        var isCutOff = true;
        Log.Pass = operation => isCutOff && operation != "append" ? throw new IOException("cut off") : Task.CompletedTask;
        await here.Cacheme.InvalidateAsync(new ThreeTierNode(1), Ct);
        if (isGone)
        {
            await here.Cacheme.InvalidateAsync(new ThreeTierNode(2), Ct);
            Log.Lose(Log.Count - 1);
        }
        else
        {
            // As many keys as no record names.
            Log.FallBack(1);
            await Log.AppendAsync(
                InvalidationRecordFormat.Write(new InvalidationRecord(7, 1, 0, [new InvalidationGroup(InvalidationScope.Memory, "ThreeTierNode", [])])), Ct);
        }

        isCutOff = false;
        await Eventually.HoldsAsync(() =>
        {
            here.Time.Advance(TimeSpan.FromMilliseconds(100));
            return Task.FromResult(DefinitionOf(there).Bus!.Position == Log.Last);
        });

        Assert.Equal("1#2", await ValueAsync(there));
    }

    [Fact]
    public async Task BuildNode_AtRunTime_ItsFileIsRidOfWhatWasInvalidatedBefore()
    {
        static void Policy(NodePolicyBuilder policy) => policy
            .Cache("local", TimeSpan.FromMinutes(1)).Cache("file", TimeSpan.FromHours(1)).Cache("remote", TimeSpan.FromHours(1));
        await using var here = HostWith("one");
        await using var there = HostWith("other");
        await here.StartAsync();
        var (nodeHere, nodeThere) = (here.Cacheme.BuildNode<string>("built", Policy), there.Cacheme.BuildNode<string>("built", Policy));
        await there.StartAsync();
        await there.Cacheme.GetAsync(nodeThere.Key("1"), _ => new ValueTask<string>("old"), Ct);
        await there.DisposeAsync();
        await here.Cacheme.InvalidateAsync(nodeHere.Key("1"), Ct);

        await using var again = HostWith("other");
        await again.StartAsync();
        var built = again.Cacheme.BuildNode<string>("built", Policy);
        await Eventually.HoldsAsync(() => Task.FromResult(_files["other"].Keys.Count == 0));

        Assert.Equal("new", await again.Cacheme.GetAsync(built.Key("1"), _ => new ValueTask<string>("new"), Ct));
    }

    private static NodeDefinition DefinitionOf(CacheFixture host) => ((NodeCache<ThreeTierNode, Item>)host.Cache<ThreeTierNode, Item>()).Definition;

    private static async Task<string> ValueAsync(CacheFixture host) => (await host.Cacheme.GetAsync(new ThreeTierNode(1), Ct)).Text;

    private CacheFixture HostWith(string machine) => Host(Here, options: null, cacheme =>
    {
        if (!_files.TryGetValue(machine, out var file))
        {
            // With a log of its own, which only the processes of the machine share.
            _files[machine] = file = new FakeStorage(Here.Time) { Log = new FakeLog { Pushes = false } };
        }

        cacheme.AddStorage("file", _ => file).AddNode<ThreeTierNode>(ThreeTierNode.BehindAFile);
    });
}
