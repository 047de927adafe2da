using Cacheme.Invalidation;
using Cacheme.Pipeline;
using Cacheme.Testing;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Cacheme.Tests.Rules;

/// <summary>One random run over two hosts that share storages and a log; every operation of both is let go in an order that the seed decides.</summary>
/// <remarks>
/// The model: when an invalidation has returned, whoever asks its process afterwards gets no older version, and whoever asks the
/// other process after that has read the log so far. When all is at rest, nobody gets anything older than the last change that
/// was told in any way. Sets are one process' only, since two that overlap may end in either order, as may a set and a refresh,
/// or a set and an invalidation: then the set's version is good as well.
/// </remarks>
internal sealed class TwoProcessInterleaving(int seed, IServiceProvider[] processes, VersionedSource source, IReadOnlyList<HeldStorage> storages, FakeLog log, FakeTimeProvider time)
{
    private const int Ids = 2;
    private const int Steps = 40;

    private readonly PCG _random = new(stream: 2, seed: (ulong)seed);
    private readonly List<(int Process, int Id, int Version, long Number)> _invalidated = [];
    private readonly int[] _told = new int[Ids];
    private readonly List<(int Id, int Version, bool IsUnderWay)> _sets = [];
    private readonly List<Task> _calls = [];
    private readonly Turnstile _turnstile = new();
    private readonly List<string> _trace = [];

    public async Task RunAsync()
    {
        source.Reset(Ids);
        source.Turnstile = _turnstile;
        foreach (var storage in storages)
        {
            storage.Turnstile = _turnstile;
        }

        for (var step = 0; step < Steps; step++)
        {
            Act(Next(processes.Length), Next(Ids));
            if (Next(3) == 0)
            {
                await Task.Yield();
            }
        }

        _turnstile.Open();
        await Task.WhenAll(_calls).WaitAsync(Patience.Limit);
        await ReachRestAsync();
        await CheckAtRestAsync("at rest");
        // What was only refused for its age would be read again by now.
        time.Advance(TimeSpan.FromMinutes(2));
        await ReachRestAsync();
        await CheckAtRestAsync("two minutes later");
    }

    private void Act(int process, int id)
    {
        switch (Next(16))
        {
            case 0 or 1 or 2:
                Call("get", process, id, GetAsync(process, id));
                break;
            case 3:
                Call("try get", process, id, TryGetAsync(process, id));
                break;
            case 4 or 5:
                Call("invalidate", process, id, InvalidateAsync(process, id));
                break;
            case 6:
                Call("set", 0, id, SetAsync(0, id));
                break;
            case 7:
                Call("refresh", process, id, RefreshAsync(process, id));
                break;
            case 8:
                _trace.Add("second");
                time.Advance(TimeSpan.FromSeconds(1));
                break;
            case 9:
                _trace.Add("let one fail");
                _turnstile.Release(_random, fails: true);
                break;
            default:
                _trace.Add("let go");
                _turnstile.Release(_random, fails: false);
                break;
        }
    }

    private void Call(string name, int process, int id, Task call)
    {
        _trace.Add($"{name} {id} in {process}{(call.IsCompleted ? "" : " ...")}");
        _calls.Add(call);
    }

    private async Task GetAsync(int process, int id)
    {
        var oldest = Oldest(process, id);
        try
        {
            Check("get", process, id, oldest, await Cacheme(process).GetAsync(Node(id)));
        }
        catch (IOException)
        {
        }
    }

    private async Task TryGetAsync(int process, int id)
    {
        var oldest = Oldest(process, id);
        if ((await Cacheme(process).TryGetAsync(Node(id))).TryGetValue(out var version))
        {
            Check("try get", process, id, oldest, version);
        }
    }

    private async Task InvalidateAsync(int process, int id)
    {
        var version = source.Change(id);
        var number = long.MaxValue;
        var before = SetsUntilNow();
        try
        {
            await Cacheme(process).InvalidateAsync(Node(id));
            number = log.Last;
        }
        catch (InvalidationException)
        {
            // It is told later.
        }

        version = SetsSince(before, id).Append(version).Min();
        lock (_invalidated)
        {
            _invalidated.Add((process, id, version, number));
        }

        Told(id, version);
    }

    private async Task SetAsync(int process, int id)
    {
        var version = source.Change(id);
        int place;
        lock (_sets)
        {
            place = _sets.Count;
            _sets.Add((id, version, true));
        }

        await Cacheme(process).SetAsync(Node(id), version);
        lock (_sets)
        {
            _sets[place] = (id, version, false);
        }

        Told(id, version);
    }

    // The first of those under way: what came after it may overlap, too.
    private int SetsUntilNow()
    {
        lock (_sets)
        {
            var first = _sets.FindIndex(static set => set.IsUnderWay);
            return first < 0 ? _sets.Count : first;
        }
    }

    private IEnumerable<int> SetsSince(int place, int id)
    {
        lock (_sets)
        {
            return [.. _sets.Skip(place).Where(set => set.Id == id).Select(static set => set.Version)];
        }
    }

    private async Task RefreshAsync(int process, int id)
    {
        var before = SetsUntilNow();
        source.Change(id);
        try
        {
            var version = await Cacheme(process).RefreshAsync(Node(id));
            if (!SetsSince(before, id).Any())
            {
                Told(id, version);
            }
        }
        catch (IOException)
        {
        }
    }

    private async Task ReachRestAsync()
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        for (var quiet = 0; quiet < 2;)
        {
            Assert.False(patience.IsCancellationRequested, $"Seed {seed}: it does not come to rest. {string.Join(", ", _trace)}");
            time.Advance(TimeSpan.FromSeconds(1));
            for (var i = 0; i < 10; i++)
            {
                await Task.Yield();
            }

            quiet = processes.All(IsAtRest) ? quiet + 1 : 0;
        }
    }

    private bool IsAtRest(IServiceProvider process)
    {
        var cache = Cache(process);
        return cache.KeysUnderWay == 0 && cache.Definition.RemoteTiers.All(static tier => tier.Storage.PendingRemovals == 0) && Bus(process).IsAtRest && Bus(process).Position == log.Last;
    }

    private async Task CheckAtRestAsync(string when)
    {
        for (var id = 0; id < Ids; id++)
        {
            for (var process = 0; process < processes.Length; process++)
            {
                Check($"{when}, get", process, id, _told[id], await Cacheme(process).GetAsync(Node(id)));
            }
        }
    }

    private int Oldest(int process, int id)
    {
        var position = Bus(processes[process]).Position;
        lock (_invalidated)
        {
            return _invalidated.Where(one => one.Id == id && (one.Process == process || one.Number <= position))
                .Select(static one => one.Version).DefaultIfEmpty().Max();
        }
    }

    private void Told(int id, int version)
    {
        lock (_told)
        {
            _told[id] = Math.Max(_told[id], version);
        }
    }

    private void Check(string call, int process, int id, int oldest, int version) => Assert.True(
        version >= oldest, $"Seed {seed}: {call} {id} in {process} got version {version}, and {oldest} was in force before it began. {string.Join(", ", _trace)}");

    private ICacheme Cacheme(int process) => processes[process].GetRequiredService<ICacheme>();

    private static NodeCache<InterleavedNode, int> Cache(IServiceProvider process) =>
        (NodeCache<InterleavedNode, int>)process.GetRequiredService<INodeCache<InterleavedNode, int>>();

    private static InvalidationBus Bus(IServiceProvider process) => Cache(process).Definition.Bus!;

    private InterleavedNode Node(int id) => new(seed, id);

    private int Next(int below) => (int)_random.Next((uint)below);
}
