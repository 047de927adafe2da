using Cacheme.Storage;
using StackExchange.Redis;

namespace Cacheme.Redis;

/// <summary>Reads: one GET, or one MGET for the keys of a batch.</summary>
/// <param name="redirect">Follows what the driver does not.</param>
internal sealed class RedisRead(SlotRedirect redirect)
{
    /// <summary>Reads one key into its place.</summary>
    public async Task OneAsync(IDatabase redis, RedisKey key, StoredValue[] values, int position, CancellationToken cancellationToken)
    {
        try
        {
            // Not by way of SlotRedirect, which costs a state machine more: this is the read that a cache makes most.
            values[position] = ToStored(await redis.StringGetAsync(key).WaitAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (RedisServerException failure) when (failure.Kind == RedisErrorKind.WrongType)
        {
            // A list or a hash of somebody else. MGET calls that absent, and so must GET; the next write replaces it.
        }
        catch (RedisServerException refusal) when (refusal.Kind == RedisErrorKind.Moved)
        {
            values[position] = ToStored(await redirect.FollowAsync(
                (redis, key), static (read, flags) => read.redis.StringGetAsync(read.key, flags), CommandFlags.None, cancellationToken).ConfigureAwait(false));
        }
    }

    /// <summary>Reads the keys of a batch, each into its place.</summary>
    public async Task ManyAsync(IDatabase redis, RedisKeyBatch batch, StoredValue[] values, CancellationToken cancellationToken)
    {
        try
        {
            var read = await redirect.FollowAsync(
                (redis, batch.Keys), static (read, flags) => read.redis.StringGetAsync(read.Keys, flags), CommandFlags.None, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < read.Length; i++)
            {
                values[batch.Positions[i]] = ToStored(read[i]);
            }
        }
        catch (RedisServerException refusal) when (refusal.Kind == RedisErrorKind.TryAgain)
        {
            // The slot is half moved and no node has all of these keys. Each alone is with one of the two.
            await Task.WhenAll(batch.Positions.Select((position, i) => OneAsync(redis, batch.Keys[i], values, position, cancellationToken))).ConfigureAwait(false);
        }
    }

    private static StoredValue ToStored(RedisValue value) =>
        value.IsNull ? StoredValue.Absent : new StoredValue((ReadOnlyMemory<byte>)value);
}
