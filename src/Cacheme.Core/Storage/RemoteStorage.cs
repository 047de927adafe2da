using Cacheme.Telemetry;
using Microsoft.Extensions.Logging;

namespace Cacheme.Storage;

/// <summary>A remote storage as the read path sees it: it never fails a read, and keeps the order of each key's writes.</summary>
internal sealed class RemoteStorage : IObservedStorage, IAsyncDisposable
{
    private readonly IStorage _storage;
    private readonly string _probeKey;
    private readonly StorageGuard _guard;
    private readonly ReadBatcher _batcher;
    private readonly KeyLanes _lanes;
    private readonly CacheClock _clock;
    private readonly ILogger _logger;

    /// <param name="name">Its name.</param>
    /// <param name="storage">The storage itself.</param>
    /// <param name="prefix">What the keys begin with, so that a probe reads where this application may.</param>
    /// <param name="options">What it may cost.</param>
    /// <param name="clock">The time.</param>
    /// <param name="meter">Where operations are counted.</param>
    /// <param name="logger">Where failures are told.</param>
    public RemoteStorage(
        string name, IStorage storage, string prefix, StorageOptions options, CacheClock clock, CachemeMeter meter, ILogger logger)
    {
        Name = name;
        _storage = storage;
        _clock = clock;
        _logger = logger;
        _probeKey = $"{prefix}:probe";
        _guard = new StorageGuard(name, storage, _probeKey, options, clock.Time, meter, logger);

        // Behind what waits for a thread already, which may want to read too.
        _batcher = new ReadBatcher(_guard, static batch => ThreadPool.UnsafeQueueUserWorkItem(batch, preferLocal: false));
        _lanes = new KeyLanes(name, _guard, options.MaxPendingRemovals, clock, logger);
    }

    public string Name { get; }

    /// <summary>Removals that failed and are tried again.</summary>
    public int PendingRemovals => _lanes.Pending;

    public OperationCounters Operations => _guard.Operations;

    /// <summary>Tries to connect when the host starts. A storage that is down is logged, no more.</summary>
    public async ValueTask ConnectAsync(CancellationToken cancellationToken)
    {
        var result = await _guard.RunAsync(
            StoreOperation.Connect,
            0,
            static async (storage, _, token) =>
            {
                await storage.ConnectAsync(token).ConfigureAwait(false);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
        if (result.Error is { } error)
        {
            Log.StorageNotReachedAtStart(_logger, Name, error);
        }
    }

    /// <summary>Asks it for a key that nobody has, unless it is cut off: then a probe does that in the background.</summary>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public async ValueTask<StorageStatus> CheckAsync(CancellationToken cancellationToken)
    {
        var answer = await _guard.ReadAsync([_probeKey], cancellationToken).ConfigureAwait(false);
        return new StorageStatus(Name, answer.Error is null, IsCutOff);
    }

    /// <summary>Reads the keys, in their order. A key that waits for its removal is not asked for: it has no value.</summary>
    /// <returns>The values, or an error. There may be fewer of them than keys: the rest has none.</returns>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public ValueTask<Guarded<IReadOnlyList<StoredValue>>> ReadAsync(string[] keys, CancellationToken cancellationToken) =>
        CachemeActivitySource.IsHeard || Trusted(keys) is not null
            ? ReadTrustedAsync(keys, cancellationToken)
            : GetAsync(keys, cancellationToken); // Without a state machine more: this is how most reads go.

    private ValueTask<Guarded<IReadOnlyList<StoredValue>>> GetAsync(string[] keys, CancellationToken cancellationToken) => keys.Length == 1 && _guard.BatchesReads
        ? _batcher.ReadAsync(keys, cancellationToken)
        : _guard.ReadAsync(keys, cancellationToken);

    private async ValueTask<Guarded<IReadOnlyList<StoredValue>>> ReadTrustedAsync(string[] keys, CancellationToken cancellationToken)
    {
        var asked = Trusted(keys);
        if (asked is [])
        {
            return new([], null);
        }

        using var span = CachemeActivitySource.StartRead(Name, asked?.Count ?? keys.Length);
        var answer = await GetAsync(asked is null ? keys : asked.ConvertAll(i => keys[i]).ToArray(), cancellationToken).ConfigureAwait(false);
        if (answer.Error is { } error)
        {
            CachemeActivitySource.Failed(span, error);
        }

        return asked is null || answer.Error is not null ? answer : new(Spread(answer.Value ?? [], asked, keys.Length), null);
    }

    private static StoredValue[] Spread(IReadOnlyList<StoredValue> found, List<int> asked, int count)
    {
        var values = new StoredValue[count];
        for (var i = 0; i < Math.Min(found.Count, asked.Count); i++)
        {
            values[asked[i]] = found[i];
        }

        return values;
    }

    /// <summary>The places of the keys that may be read; null, as it mostly is, for all of them.</summary>
    private List<int>? Trusted(string[] keys)
    {
        List<int>? trusted = null;
        for (var i = 0; i < keys.Length; i++)
        {
            if (_lanes.IsDoubtful(keys[i]))
            {
                trusted ??= [.. Enumerable.Range(0, i)];
            }
            else
            {
                trusted?.Add(i);
            }
        }

        return trusted;
    }

    /// <summary>Whether nothing is asked of it now.</summary>
    public bool IsCutOff => _guard.IsCutOff;

    /// <summary>Whether it may hold something under the key that must not be read.</summary>
    public bool IsDoubtful(string key) => _lanes.IsDoubtful(key);

    /// <summary>Whether a write or a removal of the key may still be under way.</summary>
    public bool IsChanging(string key) => _lanes.Has(key);

    /// <summary>The longest that one operation is waited for.</summary>
    public TimeSpan Timeout => _guard.Timeout;

    /// <summary>Its leases; null where it has none.</summary>
    public IStorageLeases? Leases => _storage.Leases;

    /// <summary>Prolongs the lives of what it holds; null where it cannot.</summary>
    public IStorageLifetimes? Lifetimes => _storage.Lifetimes;

    /// <summary>Asks something else of the storage (its log, a lease), under the same guard as everything.</summary>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public ValueTask<Guarded<T>> AskAsync<TState, T>(
        StoreOperation operation, TState state, Func<TState, CancellationToken, ValueTask<T>> ask, CancellationToken cancellationToken) =>
        // It does not count for the circuit: a storage that refuses that to this user may hold values well enough.
        _guard.RunAsync(operation, (state, ask), static (_, call, token) => call.ask(call.state, token), cancellationToken, weight: 0);

    /// <summary>Begins a group of writes and removals.</summary>
    public PendingWrites BeginWrites() => new(Name, _lanes, _guard.Timeout, _clock.Time);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _lanes.DisposeAsync().ConfigureAwait(false);
        await _guard.DisposeAsync().ConfigureAwait(false);
        await _storage.DisposeAsync().ConfigureAwait(false);
    }
}
