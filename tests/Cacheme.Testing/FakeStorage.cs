using System.Collections.Concurrent;
using Cacheme.Storage;

namespace Cacheme.Testing;

/// <summary>A remote storage in memory whose operations can be held, failed and counted.</summary>
public sealed class FakeStorage(TimeProvider time) : IStorage, IStorageLifetimes
{
    private readonly ConcurrentDictionary<string, (byte[] Bytes, DateTimeOffset? Expires)> _entries = new(StringComparer.Ordinal);

    /// <summary>Runs before an operation takes effect: "get", "set", "prolong", "remove" or "connect".</summary>
    public Func<string, CancellationToken, Task>? Before { get; set; }

    /// <summary>Runs when a read has its values, before it answers.</summary>
    public Func<Task>? AfterGet { get; set; }

    /// <summary>Whether it wants reads that come together as one.</summary>
    public bool BatchesReads { get; set; }

    /// <summary>The log it has, if any.</summary>
    public FakeLog? Log { get; set; }

    /// <summary>The leases it has, if any.</summary>
    public IStorageLeases? Leases { get; set; }

    /// <summary>Whether it prolongs lives.</summary>
    public bool Prolongs { get; set; } = true;

    public IStorageLifetimes? Lifetimes => Prolongs ? this : null;

    public IInvalidationLog? OpenInvalidationLog(string name, int records) => Log;

    public ConcurrentQueue<(string Operation, IReadOnlyList<string> Keys)> Calls { get; } = [];

    public IReadOnlyCollection<string> Keys => [.. _entries.Keys.Where(key => Find(key).Exists)];

    public int CallsOf(string operation) => Calls.Count(call => call.Operation == operation);

    public StoredValue Find(string key) =>
        _entries.TryGetValue(key, out var entry) && !(entry.Expires <= time.GetUtcNow()) ? new StoredValue(entry.Bytes) : StoredValue.Absent;

    public void Put(string key, byte[] bytes) => _entries[key] = (bytes, null);

    public async ValueTask ConnectAsync(CancellationToken cancellationToken) => await StartAsync("connect", [], cancellationToken);

    public async ValueTask<IReadOnlyList<StoredValue>> GetAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        await StartAsync("get", keys, cancellationToken);
        StoredValue[] values = [.. keys.Select(Find)];
        await (AfterGet?.Invoke() ?? Task.CompletedTask);
        return values;
    }

    public async ValueTask SetAsync(IReadOnlyList<StorageWrite> writes, CancellationToken cancellationToken)
    {
        await StartAsync("set", [.. writes.Select(write => write.Key)], cancellationToken);
        foreach (var write in writes)
        {
            _entries[write.Key] = (write.Value.ToArray(), time.GetUtcNow() + write.TimeToLive);
        }
    }

    public async ValueTask ProlongAsync(IReadOnlyList<string> keys, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        await StartAsync("prolong", keys, cancellationToken);
        var (now, end) = (time.GetUtcNow(), time.GetUtcNow() + timeToLive);
        foreach (var key in keys)
        {
            if (_entries.TryGetValue(key, out var entry) && entry.Expires > now && entry.Expires < end)
            {
                _entries.TryUpdate(key, entry with { Expires = end }, entry);
            }
        }
    }

    public async ValueTask RemoveAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        await StartAsync("remove", keys, cancellationToken);
        foreach (var key in keys)
        {
            _entries.TryRemove(key, out _);
        }
    }

    public ValueTask DisposeAsync() => default;

    private Task StartAsync(string operation, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        Calls.Enqueue((operation, keys));
        return Before?.Invoke(operation, cancellationToken) ?? Task.CompletedTask;
    }
}
