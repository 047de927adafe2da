using Cacheme.Storage;

namespace Cacheme.Testing;

/// <summary>Leases in memory, whose operations can be failed.</summary>
/// <param name="time">The clock by which they run out.</param>
public sealed class FakeLeases(TimeProvider time) : IStorageLeases
{
    private readonly Dictionary<string, (long Generation, DateTimeOffset Until)> _held = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private long _last;
    private int _extensions;

    /// <summary>Runs before an operation takes effect: "take", "extend" or "release".</summary>
    public Action<string>? Before { get; set; }

    /// <summary>How many are held.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _held.Values.Count(held => held.Until > time.GetUtcNow());
            }
        }
    }

    /// <summary>How often one was extended.</summary>
    public int Extensions => Volatile.Read(ref _extensions);

    public ValueTask<long> TryTakeAsync(string key, TimeSpan duration, CancellationToken cancellationToken)
    {
        Before?.Invoke("take");
        lock (_lock)
        {
            if (_held.TryGetValue(key, out var held) && held.Until > time.GetUtcNow())
            {
                return new(0);
            }

            _held[key] = (++_last, time.GetUtcNow() + duration);
            return new(_last);
        }
    }

    public ValueTask<bool> TryExtendAsync(string key, long generation, TimeSpan duration, CancellationToken cancellationToken)
    {
        Before?.Invoke("extend");
        lock (_lock)
        {
            var isHeld = _held.TryGetValue(key, out var held) && held.Generation == generation && held.Until > time.GetUtcNow();
            if (isHeld)
            {
                _held[key] = (generation, time.GetUtcNow() + duration);
                _extensions++;
            }

            return new(isHeld);
        }
    }

    public ValueTask ReleaseAsync(string key, long generation, CancellationToken cancellationToken)
    {
        Before?.Invoke("release");
        lock (_lock)
        {
            if (_held.TryGetValue(key, out var held) && held.Generation == generation)
            {
                _held.Remove(key);
            }
        }

        return default;
    }
}
