using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Cacheme.Serialization;

namespace Cacheme.Storage;

/// <summary>A log in one value of a storage that can do nothing but get and set: it is read, written with one record more, and read again.</summary>
/// <remarks>
/// Two processes that append at once may write over each other. So what was appended is looked for again, at once and with
/// every read of the next seconds, and appended anew if it is gone. Whoever had read it already finds another record in its
/// place, and takes that for a loss of data, which costs loads and hides nothing. For few invalidations a second; thread-safe.
/// </remarks>
/// <param name="storage">The storage.</param>
/// <param name="key">The value's key.</param>
/// <param name="records">The most records it keeps.</param>
/// <param name="time">The clock.</param>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore whose wait handle nobody asks for holds nothing to dispose.")]
public sealed class SharedValueLog(IStorage storage, string key, int records, TimeProvider time) : IInvalidationLog
{
    private const int LongestValue = 128 * 1024;
    private const int MostTries = 50;
    private const int LongestWait = 8;

    // Somebody who read the value before may write it back so much later at most.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _appending = new(1);
    private readonly List<(LogRecord Record, long At)> _own = [];

    /// <inheritdoc/>
    /// <exception cref="TimeoutException">Others wrote over it again and again.</exception>
    public ValueTask<long> AppendAsync(ReadOnlyMemory<byte> record, CancellationToken cancellationToken) => AppendAboveAsync(0, record, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<LogRecord>> ReadAsync(long from, int limit, CancellationToken cancellationToken)
    {
        // Before the value is read: what is appended meanwhile cannot be in it.
        var own = Own();
        var all = await AllAsync(cancellationToken).ConfigureAwait(false);
        foreach (var lost in own.Where(record => IsLost(all, record)))
        {
            await AppendAboveAsync(lost.Sequence, lost.Bytes, cancellationToken).ConfigureAwait(false);
            lock (_own)
            {
                // Not before: should it fail, the next read tries again.
                _own.RemoveAll(own => own.Record == lost);
            }
        }

        return [.. all.Where(record => record.Sequence >= from).Take(limit)];
    }

    /// <inheritdoc/>
    public async ValueTask<LogRecord?> ReadLastAsync(CancellationToken cancellationToken) =>
        await AllAsync(cancellationToken).ConfigureAwait(false) is [.., var last] ? last : null;

    private async ValueTask<long> AppendAboveAsync(long former, ReadOnlyMemory<byte> record, CancellationToken cancellationToken)
    {
        await _appending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await AppendAloneAsync(former, record, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _appending.Release();
        }
    }

    // Above any number that it had before: who has read it there would find it again, and pass over what stands before it now.
    private async Task<long> AppendAloneAsync(long former, ReadOnlyMemory<byte> record, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < MostTries; tries++)
        {
            var began = time.GetTimestamp();
            var all = await AllAsync(cancellationToken).ConfigureAwait(false);
            var appended = new LogRecord(Math.Max(former, all is [.., var last] ? last.Sequence : FirstNumber() - 1) + 1, record);
            if (time.GetElapsedTime(began) > LongestPause)
            {
                continue;
            }

            await storage.SetAsync([new StorageWrite(key, Write([.. all, appended]), null)], cancellationToken).ConfigureAwait(false);
            if (Has(await AllAsync(cancellationToken).ConfigureAwait(false), appended))
            {
                lock (_own)
                {
                    _own.Add((appended, time.GetTimestamp()));
                }

                return appended.Sequence;
            }

            former = appended.Sequence;
            await StepAsideAsync(tries, cancellationToken).ConfigureAwait(false);
        }

        throw new TimeoutException($"Others wrote over the log {MostTries} times: it takes few appends a second.");
    }

    // Two in step would write over each other again and again: a few reads put them out of it.
    private async Task StepAsideAsync(int tries, CancellationToken cancellationToken)
    {
        for (var reads = Random.Shared.Next(Math.Min(tries + 2, LongestWait)); reads > 0; reads--)
        {
            await AllAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    // Higher than any that was there before, where the value was lost.
    private long FirstNumber() => Math.Max(1, time.GetUtcNow().ToUnixTimeMilliseconds());

    private List<LogRecord> Own()
    {
        lock (_own)
        {
            _own.RemoveAll(own => time.GetElapsedTime(own.At) > Watched);
            return _own.ConvertAll(static own => own.Record);
        }
    }

    // Gone, and not because the log has grown past it.
    private static bool IsLost(IReadOnlyList<LogRecord> all, LogRecord record) =>
        (all.Count == 0 || record.Sequence >= all[0].Sequence) && !Has(all, record);

    private static bool Has(IReadOnlyList<LogRecord> all, LogRecord record) =>
        all.Any(other => other.Sequence == record.Sequence && other.Bytes.Span.SequenceEqual(record.Bytes.Span));

    private async Task<IReadOnlyList<LogRecord>> AllAsync(CancellationToken cancellationToken)
    {
        var values = await storage.GetAsync([key], cancellationToken).ConfigureAwait(false);
        return values is [{ Exists: true } value] ? Read(value.Bytes) : [];
    }

    private ReadOnlyMemory<byte> Write(List<LogRecord> all)
    {
        var first = Math.Max(0, all.Count - records);
        for (var length = all.Sum(static record => record.Bytes.Length); length > LongestValue && first < all.Count - 1; first++)
        {
            length -= all[first].Bytes.Length;
        }

        var buffer = new ByteBuffer(1024);
        foreach (var record in all.Skip(first))
        {
            BinaryPrimitives.WriteInt64LittleEndian(buffer.GetSpan(sizeof(long)), record.Sequence);
            buffer.Advance(sizeof(long));
            Varint.Write(buffer, record.Bytes.Length);
            record.Bytes.Span.CopyTo(buffer.GetSpan(record.Bytes.Length));
            buffer.Advance(record.Bytes.Length);
        }

        return buffer.WrittenMemory;
    }

    // What is damaged ends the log there: its readers then find their own record gone.
    private static List<LogRecord> Read(ReadOnlyMemory<byte> value)
    {
        var all = new List<LogRecord>();
        while (value.Length > sizeof(long))
        {
            var sequence = BinaryPrimitives.ReadInt64LittleEndian(value.Span);
            var rest = value.Span[sizeof(long)..];
            if (!Varint.TryRead(ref rest, out var length) || length > rest.Length || sequence <= (all is [.., var last] ? last.Sequence : 0))
            {
                return all;
            }

            var start = value.Length - rest.Length;
            all.Add(new LogRecord(sequence, value.Slice(start, length)));
            value = value[(start + length)..];
        }

        return all;
    }
}
