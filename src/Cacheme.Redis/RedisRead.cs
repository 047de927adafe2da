using Cacheme.Storage;
using StackExchange.Redis;

namespace Cacheme.Redis;

/// <summary>Reads: one GET, or one MGET for the keys of a batch.</summary>
/// <remarks>
/// A command goes to the driver directly, and by way of <see cref="SlotRedirect"/> only when it was refused: a state machine
/// more at every read would be felt.
/// </remarks>
/// <param name="redirect">Follows what the driver does not.</param>
internal sealed class RedisRead(SlotRedirect redirect)
{
    /// <summary>Reads one key.</summary>
    public async ValueTask<IReadOnlyList<StoredValue>> OneAsync(IDatabase redis, RedisKey key, CancellationToken cancellationToken)
    {
        try
        {
            return [ToStored(await redis.StringGetAsync(key).ConfigureAwait(false))];
        }
        catch (RedisServerException failure) when (failure.Kind == RedisErrorKind.WrongType)
        {
            // A list or a hash of somebody else. MGET calls that absent, and so must GET; the next write replaces it.
            return [StoredValue.Absent];
        }
        catch (RedisServerException refusal) when (refusal.Kind == RedisErrorKind.Moved)
        {
            return [ToStored(await redirect.FollowAsync(
                (redis, key), static (read, flags) => read.redis.StringGetAsync(read.key, flags), CommandFlags.None, cancellationToken).ConfigureAwait(false))];
        }
    }

    /// <summary>Reads keys that one command can carry.</summary>
    public async ValueTask<IReadOnlyList<StoredValue>> ManyAsync(IDatabase redis, RedisKey[] keys, CancellationToken cancellationToken)
    {
        try
        {
            return ToStored(await redis.StringGetAsync(keys).ConfigureAwait(false));
        }
        catch (RedisServerException refusal) when (refusal.Kind is RedisErrorKind.Moved or RedisErrorKind.TryAgain)
        {
            return await ManyAgainAsync(redis, keys, cancellationToken).ConfigureAwait(false);
        }
        catch (RedisServerException refusal) when (refusal.Kind == RedisErrorKind.CrossSlot)
        {
            // It is a cluster, and the driver does not know yet: its servers came up a moment ago.
            return await OneByOneAsync(redis, keys, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<IReadOnlyList<StoredValue>> ManyAgainAsync(IDatabase redis, RedisKey[] keys, CancellationToken cancellationToken)
    {
        try
        {
            return ToStored(await redirect.FollowAsync(
                (redis, keys), static (read, flags) => read.redis.StringGetAsync(read.keys, flags), CommandFlags.None, cancellationToken).ConfigureAwait(false));
        }
        catch (RedisServerException refusal) when (refusal.Kind == RedisErrorKind.TryAgain)
        {
            // The slot is half moved and no node has all of these keys. Each alone is with one of the two.
            return await OneByOneAsync(redis, keys, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<IReadOnlyList<StoredValue>> OneByOneAsync(IDatabase redis, RedisKey[] keys, CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(keys.Select(key => OneAsync(redis, key, cancellationToken).AsTask())).ConfigureAwait(false);
        return Array.ConvertAll(found, static one => one[0]);
    }

    private static StoredValue[] ToStored(RedisValue[] values) => Array.ConvertAll(values, ToStored);

    private static StoredValue ToStored(RedisValue value) =>
        value.IsNull ? StoredValue.Absent : new StoredValue((ReadOnlyMemory<byte>)value);
}
