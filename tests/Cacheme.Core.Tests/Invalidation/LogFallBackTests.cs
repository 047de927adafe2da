using Cacheme.DependencyInjection;
using Cacheme.Nodes;
using Cacheme.Pipeline;
using Cacheme.Testing;

namespace Cacheme.Tests.Invalidation;

/// <summary>A log that has lost its newest records, and gives their numbers again: what entries knew is worth less than it says.</summary>
public sealed class LogFallBackTests : TwoHostsTest
{
    private readonly Dictionary<string, FakeStorage> _files = new(StringComparer.Ordinal);

    [Fact]
    public async Task InvalidateTag_AfterTheLogHadFallenBack_WhatWasLoadedBeforeIsNotRead()
    {
        await RaiseAsync();
        await Here.Cacheme.GetAsync(new TaggedNode(1), Ct);
        await Eventually.HoldsAsync(() => Task.FromResult(Here.Remote.Keys.Count == 1));
        Log.FallBack(4);
        await HeardAsync();

        await Here.Cacheme.InvalidateTagAsync("items", Ct);

        Assert.Equal("1#2", (await Here.Cacheme.GetAsync(new TaggedNode(1), Ct)).Text);
    }

    [Fact]
    public async Task Read_TheLogHasFallenBackBehindAnInvalidation_TheOwnFileIsNotVouchedFor()
    {
        await using var here = HostWith("one");
        await using var there = HostWith("other");
        await here.StartAsync();
        await there.StartAsync();
        await RaiseAsync();
        await Eventually.HoldsAsync(() =>
        {
            here.Time.Advance(TimeSpan.FromMilliseconds(100));
            return Task.FromResult(DefinitionOf(there).Bus!.Position == Log.Last);
        });
        await ValueAsync(there);
        await PassAsync(TimeSpan.FromMinutes(2)); // Gone from its memory, and still in its file.
        Assert.Single(_files["other"].Keys);
        var isCutOff = true;
        Log.Pass = operation => isCutOff && operation != "append" ? throw new IOException("cut off") : Task.CompletedTask;
        await here.Cacheme.InvalidateAsync(new ThreeTierNode(1), Ct);

        Log.FallBack(4); // With the invalidation, and what was read before it.
        isCutOff = false;
        await Eventually.HoldsAsync(() =>
        {
            here.Time.Advance(TimeSpan.FromMilliseconds(100));
            return Task.FromResult(DefinitionOf(there).Bus!.Position == Log.Last);
        });

        Assert.Equal("1#2", await ValueAsync(there));
    }

    [Fact]
    public async Task BuildNode_AtRunTime_WhatItsFileHeldIsNotKeptInMemoryEither()
    {
        static void Policy(NodePolicyBuilder policy) => policy
            .Cache("local", TimeSpan.FromMinutes(1)).Cache("file", TimeSpan.FromHours(1)).Cache("remote", TimeSpan.FromHours(1));
        await using var here = HostWith("one");
        await here.StartAsync();
        var nodeHere = here.Cacheme.BuildNode<string>("built", Policy);
        await using (var there = HostWith("other"))
        {
            var nodeThere = there.Cacheme.BuildNode<string>("built", Policy);
            await there.StartAsync();
            await there.Cacheme.GetAsync(nodeThere.Key("1"), _ => new ValueTask<string>("old"), Ct);
        }

        await here.Cacheme.InvalidateAsync(nodeHere.Key("1"), Ct);
        await using var again = HostWith("other");
        await again.StartAsync();
        var reading = new Gate();
        Log.Pass = operation => operation == "read" ? reading.PassAsync(CancellationToken.None) : Task.CompletedTask;
        var built = again.Cacheme.BuildNode<string>("built", Policy);
        await reading.Reached;
        await again.Cacheme.GetAsync(built.Key("1"), _ => new ValueTask<string>("new"), Ct); // Before it could know.
        Log.Pass = null;
        reading.Open();
        await Eventually.HoldsAsync(() =>
        {
            here.Time.Advance(TimeSpan.FromMilliseconds(100));
            return Task.FromResult(_files["other"].Keys.Count == 0);
        });

        Assert.Equal("new", await again.Cacheme.GetAsync(built.Key("1"), _ => new ValueTask<string>("new"), Ct));
    }

    [Fact]
    public async Task Append_ItsAnswerComesAfterTheLogHasFallenBack_ItsNumberIsNotKnown()
    {
        await RaiseAsync();
        var answer = new Gate();
        var passes = 0;
        Log.Pass = operation => operation == "append" && Interlocked.Increment(ref passes) == 2 ? answer.PassAsync(CancellationToken.None) : Task.CompletedTask;
        var told = There.Cacheme.InvalidateAsync(new ItemNode(99), Ct).AsTask();
        await answer.Reached;
        var last = Log.Last;
        Log.FallBack(5);
        await Here.Cacheme.InvalidateAsync(new ItemNode(98), Ct); // Which wakes it, so that it sees that.
        await Eventually.HoldsAsync(() => Task.FromResult(Bus(There).Position == Log.Last));
        answer.Open();
        await told;
        Assert.True(Log.Last < last);

        var write = new Gate();
        Source.Load = (_, _) => Task.FromResult("old");
        Here.Remote.Before = (operation, _) => operation == "set" ? write.PassAsync(CancellationToken.None) : Task.CompletedTask;
        Assert.Equal("old", await GetAsync(There, 1));
        await write.Reached;
        Here.Remote.Before = null;
        await Here.Cacheme.InvalidateAsync(new ItemNode(1), Ct);
        Source.Load = (_, _) => Task.FromResult("new");
        write.Open();
        await Eventually.HoldsAsync(() => Task.FromResult(!Definition(There).RemoteTiers[0].Storage.IsChanging(Definition(There).Keys.Format("item:1"))));
        await HeardAsync();

        Assert.Equal("new", await GetAsync(Here, 1));
    }

    protected override void Configure(CachemeBuilder cacheme) => cacheme.AddNode<ItemNode>().AddNode<TaggedNode>(TaggedNode.Configure);

    private static NodeDefinition DefinitionOf(CacheFixture host) => ((NodeCache<ThreeTierNode, Item>)host.Cache<ThreeTierNode, Item>()).Definition;

    private static async Task<string> ValueAsync(CacheFixture host) => (await host.Cacheme.GetAsync(new ThreeTierNode(1), Ct)).Text;

    private async Task RaiseAsync()
    {
        for (var id = 10; id < 16; id++)
        {
            await Here.Cacheme.InvalidateAsync(new ItemNode(id), Ct);
        }

        await HeardAsync();
    }

    private CacheFixture HostWith(string machine) => Host(Here, options: null, cacheme =>
    {
        if (!_files.TryGetValue(machine, out var file))
        {
            _files[machine] = file = new FakeStorage(Here.Time) { Log = new FakeLog { Pushes = false } };
        }

        cacheme.AddStorage("file", _ => file).AddNode<ThreeTierNode>(ThreeTierNode.BehindAFile);
    });
}
