using Cacheme.Storage;
using StackExchange.Redis;

namespace Cacheme.Redis;

/// <summary>Prolongs the expiry of keys; looking and prolonging are one script, so nobody comes in between.</summary>
/// <remarks><c>PEXPIRE ... GT</c> does the same from Redis 7 on.</remarks>
/// <param name="open">Gives the database.</param>
/// <param name="time">The clock.</param>
internal sealed class RedisLifetimes(Func<CancellationToken, ValueTask<IDatabase>> open, TimeProvider time) : IStorageLifetimes
{
    private const string Prolong = """
        local left = redis.call('PTTL', KEYS[1])
        return left >= 0 and left < tonumber(ARGV[1]) and redis.call('PEXPIRE', KEYS[1], ARGV[1]) or 0
        """;

    private readonly SlotRedirect _redirect = new(time);

    public async ValueTask ProlongAsync(IReadOnlyList<string> keys, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        var redis = await open(cancellationToken).ConfigureAwait(false);
        RedisValue[] milliseconds = [RedisExpiry.Milliseconds(timeToLive)];
        await Task.WhenAll(keys.Select(key => _redirect.FollowAsync(
            (redis, key, milliseconds),
            static (run, flags) => run.redis.ScriptEvaluateAsync(Prolong, [run.key], run.milliseconds, flags),
            CommandFlags.None,
            cancellationToken))).ConfigureAwait(false);
    }
}
