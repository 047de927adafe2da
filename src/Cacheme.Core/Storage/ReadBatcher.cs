using System.Diagnostics;
using Cacheme.Telemetry;

namespace Cacheme.Storage;

/// <summary>Reads of one key each. Those that come while others are under way are sent together, without waiting for an answer.</summary>
/// <remarks>
/// A message to a server and its answer cost several microseconds of the processor, whether they carry one key or ten. What
/// comes in a busy moment is collected until a thread of the pool is free to send it, which is at once when the processor
/// has nothing to do: so a batch grows with the load, and nobody waits for one to fill. Large values go alone: what they cost
/// is the bytes, and together they would wait for one another. How many go together begins small and grows with what is seen of
/// the values, so that nothing has to be known about them. A batch is not given up when its callers leave; the storage's
/// timeout bounds it. Thread-safe.
/// </remarks>
/// <param name="guard">The storage, guarded.</param>
/// <param name="later">Executes a work item as soon as a thread is free.</param>
internal sealed class ReadBatcher(StorageGuard guard, Action<IThreadPoolWorkItem> later) : IThreadPoolWorkItem
{
    /// <summary>The most keys of one batch.</summary>
    public const int MaxKeys = 100;

    // The most keys of a batch before anything is known about the values.
    private const int KeysAtFirst = 8;

    // About as many bytes are asked for at once.
    private const int MaxBytes = 64 * 1024;

    // Where values are large, one read in so many is batched all the same, to see whether they still are.
    private const int Probe = 64;

    private readonly Lock _lock = new();
    private readonly Queue<BatchedRead> _waiting = []; // While it holds any, one work item is queued.
    private int _mostAtOnce = KeysAtFirst;
    private uint _reads;

    /// <summary>Reads a key.</summary>
    /// <param name="key">The key, as a list.</param>
    /// <param name="cancellationToken">Ends a read that went alone, or that has not been sent yet.</param>
    public ValueTask<Guarded<IReadOnlyList<StoredValue>>> ReadAsync(string[] key, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<Guarded<IReadOnlyList<StoredValue>>>(cancellationToken);
        }

        if (guard.UnderWay == 0 || (Volatile.Read(ref _mostAtOnce) == 1 && Interlocked.Increment(ref _reads) % Probe != 0))
        {
            return AskAsync(key, began: null, cancellationToken);
        }

        var read = new BatchedRead(key[0], CachemeActivitySource.IsHeard ? Activity.Current : null, cancellationToken);
        bool isFirst;
        lock (_lock)
        {
            isFirst = _waiting.Count == 0;
            _waiting.Enqueue(read);
        }

        if (isFirst)
        {
            later(this);
        }

        return read.WaitAsync();
    }

    void IThreadPoolWorkItem.Execute()
    {
        BatchedRead[] reads;
        bool isLast;
        lock (_lock)
        {
            reads = new BatchedRead[Math.Min(_waiting.Count, Volatile.Read(ref _mostAtOnce))];
            for (var i = 0; i < reads.Length; i++)
            {
                reads[i] = _waiting.Dequeue();
            }

            isLast = _waiting.Count == 0;
        }

        if (!isLast)
        {
            // Not behind this one by the same thread: a storage may block it.
            later(this);
        }

        reads = Array.FindAll(reads, static read => !read.TryLeave());
        if (reads.Length > 0)
        {
            _ = AnswerAsync(reads);
        }
    }

    // Owned by its reads, which get their answer whatever happens.
    private async Task AnswerAsync(BatchedRead[] reads)
    {
        var began = guard.Now;
        var answer = await AskSafelyAsync(reads, began).ConfigureAwait(false);
        if (answer.IsRefused && reads.Length > 1)
        {
            // It may be one key that the storage cannot read, and the others must not fail with it. All in the time of one read.
            Array.ForEach(reads, read => _ = AnswerAloneAsync(read, began));
            return;
        }

        var (found, bytes) = (0, 0L);
        for (var i = 0; i < reads.Length; i++)
        {
            var value = answer.Error is null ? answer.Value[i] : StoredValue.Absent;
            found += value.Exists ? 1 : 0;
            bytes += value.Bytes.Length;
            reads[i].Complete(new([value], answer.Error));
        }

        Learn(reads.Length, found, bytes, answer.Error);
    }

    // Only what is there tells how large the values are, and a failure says nothing about them; a timeout may.
    private void Learn(int asked, int found, long bytes, Exception? error)
    {
        var most = Volatile.Read(ref _mostAtOnce);
        if (error is TimeoutException)
        {
            Volatile.Write(ref _mostAtOnce, Math.Max(most / 2, 1));
        }
        else if (found > 0)
        {
            var fit = Math.Clamp(MaxBytes * (long)found / Math.Max(bytes, 1), 1, MaxKeys);

            // It grows by what was tried: values that are small by chance say little about many more of them.
            Volatile.Write(ref _mostAtOnce, (int)Math.Min(fit, Math.Max(most, 2 * asked)));
        }
    }

    private async Task AnswerAloneAsync(BatchedRead read, long began)
    {
        if (!read.TryLeave())
        {
            read.Complete(await AskSafelyAsync([read], began).ConfigureAwait(false));
        }
    }

    private async Task<Guarded<IReadOnlyList<StoredValue>>> AskSafelyAsync(BatchedRead[] reads, long began)
    {
        try
        {
            var keys = Array.ConvertAll(reads, static read => read.Key);
            return CachemeActivitySource.IsHeard
                ? await AskTracedAsync(reads, keys, began).ConfigureAwait(false)
                : await AskAsync(keys, began, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // Not the storage's, which the guard catches: a log or somebody's listener may throw too, and nobody must wait for ever.
            return new([], error);
        }
    }

    private async ValueTask<Guarded<IReadOnlyList<StoredValue>>> AskTracedAsync(BatchedRead[] reads, string[] keys, long began)
    {
        using var span = CachemeActivitySource.StartBatch(guard.Name, Array.ConvertAll(reads, static read => read.Caller));
        var answer = await AskAsync(keys, began, CancellationToken.None).ConfigureAwait(false);
        if (answer.Error is { } error)
        {
            CachemeActivitySource.Failed(span, error);
        }

        return answer;
    }

    private ValueTask<Guarded<IReadOnlyList<StoredValue>>> AskAsync(string[] keys, long? began, CancellationToken cancellationToken) =>
        guard.ReadAsync(keys, cancellationToken, weight: keys.Length, inParts: keys.Length > 1, began);
}
