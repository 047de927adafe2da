using Cacheme.Storage;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Cacheme.Redis;

/// <summary>A stream under one key. Its ids, which the server gives, are the order; a message on a channel of the same name wakes the readers.</summary>
/// <remarks>A record's number is its id's milliseconds and counter in one, so numbers grow even where the stream was lost.</remarks>
/// <param name="open">Gives the database.</param>
/// <param name="name">The key.</param>
/// <param name="records">The records it keeps at least.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Is told when the server refuses the channel.</param>
internal sealed class RedisInvalidationLog(
    Func<CancellationToken, ValueTask<IDatabase>> open, string name, int records, TimeProvider time, ILogger logger) : IInvalidationLog
{
    private static readonly RedisValue Field = "record";

    private readonly RedisKey _key = name;
    private readonly SlotRedirect _redirect = new(time);

    public bool Pushes => true;

    public async ValueTask<long> AppendAsync(ReadOnlyMemory<byte> record, CancellationToken cancellationToken)
    {
        var redis = await open(cancellationToken).ConfigureAwait(false);
        var id = await AskAsync(
            (redis, _key, record, records),
            static (add, flags) => add.redis.StreamAddAsync(add._key, Field, add.record, null, add.records, useApproximateMaxLength: true, flags),
            cancellationToken).ConfigureAwait(false);
        Wake(redis.Multiplexer);
        return NumberOf(id);
    }

    public async ValueTask<IReadOnlyList<LogRecord>> ReadAsync(long from, int limit, CancellationToken cancellationToken)
    {
        var redis = await open(cancellationToken).ConfigureAwait(false);
        var entries = await AskAsync(
            (redis, _key, From: (RedisValue)RedisStreamId.Of(from).ToString(), limit),
            static (range, flags) => range.redis.StreamRangeAsync(range._key, range.From, null, range.limit, Order.Ascending, flags | CommandFlags.DemandMaster),
            cancellationToken).ConfigureAwait(false);
        return Array.ConvertAll(entries, RecordOf);
    }

    public async ValueTask<LogRecord?> ReadLastAsync(CancellationToken cancellationToken)
    {
        var redis = await open(cancellationToken).ConfigureAwait(false);
        var entries = await AskAsync(
            (redis, _key),
            static (range, flags) => range.redis.StreamRangeAsync(range._key, null, null, 1, Order.Descending, flags | CommandFlags.DemandMaster),
            cancellationToken).ConfigureAwait(false);
        return entries is [var last] ? RecordOf(last) : null;
    }

    public IAsyncDisposable Listen(Action appended) => new RedisListener(open, name, appended, time, logger);

    // Nobody waits for it, and it fails nobody: who does not hear it looks a moment later. The driver sends it where this process
    // listens, after a failover perhaps a replica, so the master must not be demanded: it would send nothing.
    private void Wake(IConnectionMultiplexer multiplexer)
    {
        try
        {
            multiplexer.GetSubscriber().PublishAsync(RedisWakeChannel.Of(multiplexer, name), RedisValue.EmptyString, CommandFlags.FireAndForget);
        }
        catch (Exception failure) when (failure is RedisException or RedisCommandException or NotSupportedException or ObjectDisposedException)
        {
            // The connection has no such command or is being closed. The record is appended all the same.
        }
    }

    private async Task<TResult> AskAsync<TState, TResult>(
        TState state, Func<TState, CommandFlags, Task<TResult>> send, CancellationToken cancellationToken)
    {
        try
        {
            return await _redirect.FollowAsync(state, send, CommandFlags.None, cancellationToken).ConfigureAwait(false);
        }
        catch (RedisServerException failure) when (failure.Kind == RedisErrorKind.WrongType)
        {
            throw new InvalidOperationException(
                $"The key '{name}' is no stream, so processes cannot tell each other what they invalidate: remove it, or give this application another prefix.", failure);
        }
    }

    // What somebody else put there has no such field, and then no bytes: readers take it for a record that says nothing they know.
    private LogRecord RecordOf(StreamEntry entry) => new(NumberOf(entry.Id), (ReadOnlyMemory<byte>)entry[Field]);

    private long NumberOf(RedisValue id) => RedisStreamId.Parse(id).Number ?? throw new InvalidOperationException(
        $"The stream '{name}' has the id {id}, which no clock gives: processes cannot tell each other what they invalidate. Remove the key.");
}
