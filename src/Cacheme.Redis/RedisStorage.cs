using Cacheme.Storage;
using StackExchange.Redis;

namespace Cacheme.Redis;

/// <summary>Keys and bytes in Redis: a value is a string, its life is the key's own expiry.</summary>
/// <remarks>
/// All commands of one call are sent before the first answer is waited for. One connection carries them, so Redis runs
/// them in the order in which they were sent: of two writes of one key the later one wins.
/// </remarks>
internal sealed class RedisStorage(RedisConnection connection, int database) : IStorage
{
    private const int DriverDefault = -1;

    /// <summary>A storage with a connection of its own, which opens at the first use.</summary>
    /// <param name="configuration">Where, and how.</param>
    public static RedisStorage Connecting(ConfigurationOptions configuration) =>
        new(new RedisConnection(async () => await ConnectionMultiplexer.ConnectAsync(configuration).ConfigureAwait(false), owned: true), DriverDefault);

    /// <summary>A storage over a connection that belongs to somebody else.</summary>
    /// <param name="multiplexer">Gives the connection, at the first use.</param>
    /// <param name="database">The number of the database; null for the connection's own default.</param>
    public static RedisStorage Over(Func<IConnectionMultiplexer> multiplexer, int? database) =>
        new(new RedisConnection(() => Task.FromResult(multiplexer()), owned: false), database ?? DriverDefault);

    public async ValueTask ConnectAsync(CancellationToken cancellationToken)
    {
        var redis = await OpenAsync(cancellationToken).ConfigureAwait(false);
        if (!redis.Multiplexer.IsConnected)
        {
            // The driver goes on trying by itself. The ping is for its exception, which says why there is no connection.
            await redis.PingAsync().WaitOrLeaveAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask<IReadOnlyList<StoredValue>> GetAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        var redis = await OpenAsync(cancellationToken).ConfigureAwait(false);
        var values = new StoredValue[keys.Count];
        var reads = keys.Count == 1
            ? ReadOneAsync(redis, keys[0], values)
            : Task.WhenAll(RedisKeyBatch.Split(keys, redis.Multiplexer).Select(batch => ReadManyAsync(redis, batch, values)));
        await reads.WaitOrLeaveAsync(cancellationToken).ConfigureAwait(false);
        return values;
    }

    public async ValueTask SetAsync(IReadOnlyList<StorageWrite> writes, CancellationToken cancellationToken)
    {
        var redis = await OpenAsync(cancellationToken).ConfigureAwait(false);
        var sent = new Task[writes.Count];
        for (var i = 0; i < sent.Length; i++)
        {
            sent[i] = redis.StringSetAsync(writes[i].Key, writes[i].Value, RedisExpiry.Of(writes[i].TimeToLive));
        }

        await Task.WhenAll(sent).WaitOrLeaveAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask RemoveAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        var redis = await OpenAsync(cancellationToken).ConfigureAwait(false);
        var removals = RedisKeyBatch.Split(keys, redis.Multiplexer).Select(batch => redis.KeyDeleteAsync(batch.Keys));
        await Task.WhenAll(removals).WaitOrLeaveAsync(cancellationToken).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private static async Task ReadOneAsync(IDatabase redis, string key, StoredValue[] values)
    {
        try
        {
            values[0] = ToStored(await redis.StringGetAsync(key).ConfigureAwait(false));
        }
        catch (RedisServerException failure) when (failure.Kind == RedisErrorKind.WrongType)
        {
            // A list or a hash of somebody else. MGET calls that absent, and so must GET; the next write replaces it.
        }
    }

    private static async Task ReadManyAsync(IDatabase redis, RedisKeyBatch batch, StoredValue[] values)
    {
        var read = await redis.StringGetAsync(batch.Keys).ConfigureAwait(false);
        for (var i = 0; i < read.Length; i++)
        {
            values[batch.Positions[i]] = ToStored(read[i]);
        }
    }

    private static StoredValue ToStored(RedisValue value) =>
        value.IsNull ? StoredValue.Absent : new StoredValue((ReadOnlyMemory<byte>)value);

    private async ValueTask<IDatabase> OpenAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var multiplexer = await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        return multiplexer.GetDatabase(database);
    }
}
