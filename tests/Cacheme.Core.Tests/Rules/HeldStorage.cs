using System.Collections.Concurrent;
using Cacheme.Storage;

namespace Cacheme.Tests.Rules;

/// <summary>A storage whose every operation waits at a turnstile, before it takes effect and after, and heeds no token.</summary>
internal sealed class HeldStorage : IStorage
{
    private readonly ConcurrentDictionary<string, byte[]> _entries = new(StringComparer.Ordinal);

    public Turnstile Turnstile { get; set; } = new();

    public IInvalidationLog? Log { get; init; }

    public IInvalidationLog? OpenInvalidationLog(string name, int records) => Log;

    public void Clear() => _entries.Clear();

    public ValueTask ConnectAsync(CancellationToken cancellationToken) => default;

    public async ValueTask<IReadOnlyList<StoredValue>> GetAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        var turnstile = Turnstile;
        await turnstile.PassAsync();
        StoredValue[] values = [.. keys.Select(key => _entries.TryGetValue(key, out var bytes) ? new StoredValue(bytes) : StoredValue.Absent)];
        await turnstile.PassAsync();
        return values;
    }

    public async ValueTask SetAsync(IReadOnlyList<StorageWrite> writes, CancellationToken cancellationToken)
    {
        var turnstile = Turnstile;
        await turnstile.PassAsync();
        foreach (var write in writes)
        {
            _entries[write.Key] = write.Value.ToArray();
        }

        await turnstile.PassAsync();
    }

    public async ValueTask RemoveAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        var turnstile = Turnstile;
        await turnstile.PassAsync();
        foreach (var key in keys)
        {
            _entries.TryRemove(key, out _);
        }

        await turnstile.PassAsync();
    }

    public ValueTask DisposeAsync() => default;
}
