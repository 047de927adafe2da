using Cacheme.Storage;
using StackExchange.Redis;

namespace Cacheme.Redis;

/// <summary>Writes and removals. <see cref="SlotRedirect"/> says why the driver does not redirect them.</summary>
/// <param name="redirect">Redirects them instead.</param>
internal sealed class RedisWrite(SlotRedirect redirect)
{
    /// <summary>Writes one value.</summary>
    public Task SetAsync(IDatabase redis, StorageWrite write, CancellationToken cancellationToken) => redirect.FollowAsync(
        (redis, write),
        static (set, flags) => set.redis.StringSetAsync(set.write.Key, set.write.Value, RedisExpiry.Of(set.write.TimeToLive), flags: flags),
        CommandFlags.NoRedirect,
        cancellationToken);

    /// <summary>Removes keys of one slot.</summary>
    public async Task RemoveAsync(IDatabase redis, RedisKey[] keys, CancellationToken cancellationToken)
    {
        try
        {
            await redirect.FollowAsync(
                (redis, keys), static (removal, flags) => removal.redis.KeyDeleteAsync(removal.keys, flags), CommandFlags.NoRedirect, cancellationToken).ConfigureAwait(false);
        }
        catch (RedisServerException refusal) when (refusal.Kind == RedisErrorKind.TryAgain && keys.Length > 1)
        {
            // The slot is half moved and no node has all of these keys. Each alone is with one of the two.
            await Task.WhenAll(keys.Select(key => RemoveAsync(redis, [key], cancellationToken))).ConfigureAwait(false);
        }
    }

    /// <summary>The writes without those that a later one of the same key undoes: a redirect may change their order.</summary>
    /// <param name="writes">The writes.</param>
    public static IEnumerable<StorageWrite> LastOfEachKey(IReadOnlyList<StorageWrite> writes)
    {
        var seen = new HashSet<string>(writes.Count, StringComparer.Ordinal);
        return writes.Reverse().Where(write => seen.Add(write.Key));
    }
}
