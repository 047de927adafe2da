using StackExchange.Redis;

namespace Cacheme.Redis;

/// <summary>Keys that one command can carry, and where they stood in the caller's list.</summary>
/// <param name="Keys">The keys.</param>
/// <param name="Positions">For each key its place in the caller's list.</param>
internal readonly record struct RedisKeyBatch(RedisKey[] Keys, int[] Positions)
{
    /// <summary>The most keys of one command: Redis serves nobody else while it runs one.</summary>
    public const int MaxKeys = 1_000;

    /// <summary>The keys as one command; null when it takes more than one. On a cluster the keys of one command must share a hash slot.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="multiplexer">Knows whether there are slots.</param>
    public static RedisKey[]? TryWhole(IReadOnlyList<string> keys, IConnectionMultiplexer multiplexer)
    {
        if (keys.Count > MaxKeys)
        {
            return null;
        }

        var whole = new RedisKey[keys.Count];
        var slot = multiplexer.HashSlot(keys[0]);
        for (var i = 0; i < whole.Length; i++)
        {
            whole[i] = keys[i];
            if (i > 0 && multiplexer.HashSlot(whole[i]) != slot)
            {
                return null;
            }
        }

        return whole;
    }

    /// <summary>Cuts a list of keys into commands.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="multiplexer">Knows whether there are slots.</param>
    public static IEnumerable<RedisKeyBatch> Split(IReadOnlyList<string> keys, IConnectionMultiplexer multiplexer) =>
        Enumerable.Range(0, keys.Count)
            .GroupBy(position => multiplexer.HashSlot(keys[position]))
            .SelectMany(slot => slot.Chunk(MaxKeys))
            .Select(positions => new RedisKeyBatch(Array.ConvertAll(positions, position => (RedisKey)keys[position]), positions));
}
