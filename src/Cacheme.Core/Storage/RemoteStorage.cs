using Cacheme.Telemetry;
using Microsoft.Extensions.Logging;

namespace Cacheme.Storage;

/// <summary>A remote storage as the read path sees it: it never fails a read, and keeps the order of each key's writes.</summary>
internal sealed class RemoteStorage : IAsyncDisposable
{
    private readonly IStorage _storage;
    private readonly StorageGuard _guard;
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
        _guard = new StorageGuard(name, storage, $"{prefix}:probe", options, clock.Time, meter, logger);
        _lanes = new KeyLanes(name, _guard, options.MaxPendingRemovals, clock, logger);
    }

    public string Name { get; }

    /// <summary>Removals that failed and are tried again.</summary>
    public int PendingRemovals => _lanes.Pending;

    /// <summary>Tries to connect when the host starts. A storage that is down is logged, no more.</summary>
    public async ValueTask ConnectAsync(CancellationToken cancellationToken)
    {
        var result = await _guard.RunAsync(
            "connect",
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

    /// <summary>Reads the keys. A storage that fails has none of them; a key that waits for its removal is not asked for.</summary>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public async ValueTask<IReadOnlyList<StoredValue>> ReadAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        var asked = Trusted(keys);
        if (asked is [])
        {
            return new StoredValue[keys.Count];
        }

        var question = asked is null ? keys : asked.ConvertAll(i => keys[i]);
        using var span = CachemeActivitySource.StartRead(Name, question.Count);
        var answer = await _guard.RunAsync(
            "get", question, static (storage, keys, token) => storage.GetAsync(keys, token), cancellationToken).ConfigureAwait(false);
        if (answer.Error is { } error)
        {
            span?.SetStatus(System.Diagnostics.ActivityStatusCode.Error, error.GetType().Name);
            return new StoredValue[keys.Count];
        }

        // A storage that is full of rubbish may answer with less than it promises, or with nothing at all.
        var found = answer.Value ?? [];
        return asked is null && found.Count >= keys.Count ? found : Spread(found, asked, keys.Count);
    }

    private static StoredValue[] Spread(IReadOnlyList<StoredValue> found, List<int>? asked, int count)
    {
        var values = new StoredValue[count];
        for (var i = 0; i < Math.Min(found.Count, asked?.Count ?? count); i++)
        {
            values[asked?[i] ?? i] = found[i];
        }

        return values;
    }

    /// <summary>The places of the keys that may be read; null, as it mostly is, for all of them.</summary>
    private List<int>? Trusted(IReadOnlyList<string> keys)
    {
        List<int>? trusted = null;
        for (var i = 0; i < keys.Count; i++)
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
