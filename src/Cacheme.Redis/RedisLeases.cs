using System.Text;
using Cacheme.Storage;
using StackExchange.Redis;

namespace Cacheme.Redis;

/// <summary>Leases as keys that run out by themselves; each step is one script, so nobody comes in between.</summary>
/// <remarks>A generation is the server's time in microseconds. The keys are no UTF-8, so they are no node's.</remarks>
/// <param name="open">Gives the database.</param>
/// <param name="time">The clock.</param>
internal sealed class RedisLeases(Func<CancellationToken, ValueTask<IDatabase>> open, TimeProvider time) : IStorageLeases
{
    private const string Take = """
        local now = redis.call('TIME')
        local generation = string.format('%d%06d', now[1], now[2])
        return redis.call('SET', KEYS[1], generation, 'NX', 'PX', ARGV[1]) and generation or '0'
        """;

    private const string Extend = """
        return redis.call('GET', KEYS[1]) == ARGV[1] and redis.call('PEXPIRE', KEYS[1], ARGV[2]) or 0
        """;

    private const string Release = """
        return redis.call('GET', KEYS[1]) == ARGV[1] and redis.call('DEL', KEYS[1]) or 0
        """;

    private readonly SlotRedirect _redirect = new(time);

    public async ValueTask<long> TryTakeAsync(string key, TimeSpan duration, CancellationToken cancellationToken) =>
        (long)await RunAsync(Take, key, [Milliseconds(duration)], cancellationToken).ConfigureAwait(false);

    public async ValueTask<bool> TryExtendAsync(string key, long generation, TimeSpan duration, CancellationToken cancellationToken) =>
        (long)await RunAsync(Extend, key, [generation, Milliseconds(duration)], cancellationToken).ConfigureAwait(false) == 1;

    public async ValueTask ReleaseAsync(string key, long generation, CancellationToken cancellationToken) =>
        await RunAsync(Release, key, [generation], cancellationToken).ConfigureAwait(false);

    private async Task<RedisResult> RunAsync(string script, string key, RedisValue[] values, CancellationToken cancellationToken)
    {
        var redis = await open(cancellationToken).ConfigureAwait(false);
        RedisKey lease = (byte[])[.. Encoding.UTF8.GetBytes(key), 0xFF];
        return await _redirect.FollowAsync(
            (redis, script, lease, values),
            static (run, flags) => run.redis.ScriptEvaluateAsync(run.script, [run.lease], run.values, flags),
            CommandFlags.None,
            cancellationToken).ConfigureAwait(false);
    }

    private static long Milliseconds(TimeSpan duration) => Math.Max(1, (long)duration.TotalMilliseconds);
}
