using Cacheme.Testing;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace Cacheme.Tests.Rules;

/// <summary>One random run over a few keys: calls begin, and loads and storage operations are let go, in an order that the seed decides.</summary>
/// <remarks>
/// The model: each change of the source gets a version, and is followed by an invalidation or is itself a set or what a refresh
/// found. When that has returned, whoever asks afterwards gets no older version. Everything else is allowed.
/// </remarks>
internal sealed class Interleaving(int seed, ICacheme cacheme, VersionedSource source, HeldStorage storage, FakeTimeProvider time)
{
    private const int Ids = 2;
    private const int Steps = 24;

    private readonly PCG _random = new(stream: 1, seed: (ulong)seed);
    private readonly int[] _oldestAllowed = new int[Ids];
    private readonly List<Task> _calls = [];
    private readonly List<CancellationTokenSource> _callers = [];
    private readonly List<string> _trace = [];

    public async Task RunAsync()
    {
        source.Reset(Ids);
        if (Next(2) == 0)
        {
            await FillRemoteAsync();
        }

        source.Turnstile = storage.Turnstile = new Turnstile();
        for (var step = 0; step < Steps; step++)
        {
            Act(Next(Ids));
            if (Next(3) == 0)
            {
                await Task.Yield();
            }
        }

        storage.Turnstile.Open();
        await FinishAsync(Task.WhenAll(_calls));
        for (var id = 0; id < Ids; id++)
        {
            Call("last get", id, GetAsync(id, default));
        }

        await FinishAsync(Task.WhenAll(_calls));
        _callers.ForEach(caller => caller.Dispose());
    }

    // Where the races between what is copied and what is loaded are: the remote tier has it, the local ones do not any more.
    private async Task FillRemoteAsync()
    {
        source.Turnstile = storage.Turnstile = new Turnstile();
        storage.Turnstile.Open();
        for (var id = 0; id < Ids; id++)
        {
            await cacheme.SetAsync(Node(id), source.Version(id));
        }

        time.Advance(TimeSpan.FromSeconds(3));
    }

    private void Act(int id)
    {
        switch (Next(16))
        {
            case 0 or 1 or 2:
                var caller = new CancellationTokenSource();
                _callers.Add(caller);
                Call("get", id, GetAsync(id, caller.Token));
                break;
            case 3:
                Call("get all", id, GetAllAsync());
                break;
            case 4:
                Call("try get", id, TryGetAsync(id));
                break;
            case 5 or 6:
                Call("invalidate", id, InvalidateAsync(id));
                break;
            case 7:
                Call("set", id, SetAsync(id));
                break;
            case 8:
                Call("refresh", id, RefreshAsync(id));
                break;
            case 9 when _callers.Count > 0:
                _trace.Add("cancel");
                _callers[Next(_callers.Count)].Cancel();
                break;
            case 10:
                _trace.Add("second");
                time.Advance(TimeSpan.FromSeconds(1));
                break;
            case 11:
                _trace.Add("let one fail");
                storage.Turnstile.Release(_random, fails: true);
                break;
            default:
                _trace.Add("let go");
                storage.Turnstile.Release(_random, fails: false);
                break;
        }
    }

    private void Call(string name, int id, Task call)
    {
        _trace.Add($"{name} {id}{(call.IsCompleted ? "" : " ...")}");
        _calls.Add(call);
    }

    private async Task GetAsync(int id, CancellationToken cancellationToken)
    {
        var oldest = Oldest(id);
        await TolerateAsync(async () => Check("get", id, oldest, await cacheme.GetAsync(Node(id), cancellationToken)));
    }

    private async Task GetAllAsync()
    {
        int[] oldest = [.. Enumerable.Range(0, Ids).Select(Oldest)];
        await TolerateAsync(async () =>
        {
            var versions = await cacheme.GetAllAsync(Enumerable.Range(0, Ids).Select(Node));
            for (var id = 0; id < Ids; id++)
            {
                Check("get all", id, oldest[id], versions[id]);
            }
        });
    }

    private async Task TryGetAsync(int id)
    {
        var oldest = Oldest(id);
        if ((await cacheme.TryGetAsync(Node(id))).TryGetValue(out var version))
        {
            Check("try get", id, oldest, version);
        }
    }

    private async Task InvalidateAsync(int id)
    {
        var version = source.Change(id);
        try
        {
            await cacheme.InvalidateAsync(Node(id));
        }
        catch (InvalidationException)
        {
            // Other processes may read it; this one may not.
        }

        Allow(id, version);
    }

    private async Task SetAsync(int id)
    {
        var version = source.Change(id);
        await cacheme.SetAsync(Node(id), version);
        Allow(id, version);
    }

    private async Task RefreshAsync(int id)
    {
        var oldest = Oldest(id);
        source.Change(id); // Nobody is told; so what the refresh finds is newer than what the tiers have.
        await TolerateAsync(async () =>
        {
            var version = await cacheme.RefreshAsync(Node(id));
            Check("refresh", id, oldest, version);
            Allow(id, version);
        });
    }

    // Loads fail when the turnstile says so, and callers leave.
    private static async Task TolerateAsync(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (Exception error) when (error is OperationCanceledException or IOException)
        {
        }
    }

    private Node<int> Node(int id) => seed % 3 == 0 ? new InterleavedRemoteNode(seed, id) : new InterleavedNode(seed, id);

    private int Oldest(int id) => Volatile.Read(ref _oldestAllowed[id]);

    private void Allow(int id, int oldest)
    {
        lock (_oldestAllowed)
        {
            _oldestAllowed[id] = Math.Max(_oldestAllowed[id], oldest);
        }
    }

    private void Check(string call, int id, int oldest, int version) => Assert.True(
        version >= oldest, $"Seed {seed}: {call} {id} got version {version}, and {oldest} was in force before it began. {string.Join(", ", _trace)}");

    private async Task FinishAsync(Task calls)
    {
        try
        {
            await calls.WaitAsync(Patience.Limit);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"Seed {seed}: a call hangs. {string.Join(", ", _trace)}");
        }
    }

    private int Next(int below) => (int)_random.Next((uint)below);
}
