using Cacheme.Storage;

namespace Cacheme.Testing;

/// <summary>A log in memory whose operations can be held and failed, and whose records can get lost.</summary>
public sealed class FakeLog : IInvalidationLog
{
    private readonly List<LogRecord> _records = [];
    private readonly Dictionary<object, Action> _listeners = [];
    private long _last;
    private int _reads;

    /// <summary>Runs before an operation takes effect, "append", "read" or "last", and once more before it answers.</summary>
    public Func<string, Task>? Pass { get; set; }

    public bool Pushes { get; init; } = true;

    /// <summary>How often records were read.</summary>
    public int Reads => Volatile.Read(ref _reads);

    /// <summary>The number of the last record; 0 for none.</summary>
    public long Last
    {
        get
        {
            lock (_records)
            {
                return _records is [.., var last] ? last.Sequence : 0;
            }
        }
    }

    public int Count
    {
        get
        {
            lock (_records)
            {
                return _records.Count;
            }
        }
    }

    /// <summary>Loses the oldest records, or all.</summary>
    public void Lose(int count)
    {
        lock (_records)
        {
            _records.RemoveRange(0, Math.Min(count, _records.Count));
        }
    }

    /// <summary>Loses the newest records, and gives their numbers again, as a server does that takes over and knew less.</summary>
    public void FallBack(int count)
    {
        lock (_records)
        {
            _records.RemoveRange(_records.Count - count, count);
            _last = Last;
        }
    }

    public async ValueTask<long> AppendAsync(ReadOnlyMemory<byte> record, CancellationToken cancellationToken)
    {
        await (Pass?.Invoke("append") ?? Task.CompletedTask);
        long sequence;
        List<Action> listeners;
        lock (_records)
        {
            sequence = ++_last;
            _records.Add(new LogRecord(sequence, record.ToArray()));
            listeners = [.. _listeners.Values];
        }

        if (Pushes)
        {
            listeners.ForEach(static listener => listener());
        }

        await (Pass?.Invoke("append") ?? Task.CompletedTask);
        return sequence;
    }

    public async ValueTask<IReadOnlyList<LogRecord>> ReadAsync(long from, int limit, CancellationToken cancellationToken)
    {
        await (Pass?.Invoke("read") ?? Task.CompletedTask);
        IReadOnlyList<LogRecord> records;
        lock (_records)
        {
            records = [.. _records.Where(record => record.Sequence >= from).Take(limit)];
        }

        await (Pass?.Invoke("read") ?? Task.CompletedTask);
        Interlocked.Increment(ref _reads);
        return records;
    }

    public async ValueTask<LogRecord?> ReadLastAsync(CancellationToken cancellationToken)
    {
        await (Pass?.Invoke("last") ?? Task.CompletedTask);
        lock (_records)
        {
            return _records is [.., var last] ? last : null;
        }
    }

    public IAsyncDisposable Listen(Action appended)
    {
        var listener = new Listener(this);
        lock (_records)
        {
            _listeners[listener] = appended;
        }

        return listener;
    }

    private sealed class Listener(FakeLog log) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            lock (log._records)
            {
                log._listeners.Remove(this);
            }

            return default;
        }
    }
}
