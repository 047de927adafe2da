using System.Collections.Concurrent;
using Cacheme.Benchmarks.Workloads;
using StackExchange.Redis;

namespace Cacheme.Benchmarks.Subjects;

/// <summary>The floor: what one writes by hand, one load for a key and nothing else. No timeout, no log, no statistics, no invalidation.</summary>
internal sealed class PlainRedis(ConnectionMultiplexer redis, Source source) : ISubject
{
    private readonly ConcurrentDictionary<string, Lazy<Task<int>>> _flights = new(StringComparer.Ordinal);
    private readonly IDatabase _database = redis.GetDatabase();

    public string? Warning => null;

    public static async Task<ISubject> ConnectAsync(string endPoint, Source source) =>
        new PlainRedis(await ConnectionMultiplexer.ConnectAsync(endPoint), source);

    public async ValueTask<bool> AnswersAsync(int[] uids) => await GetAsync(uids[0]) == uids[0];

    public ValueTask DisposeAsync() => redis.DisposeAsync();

    private Task<int> GetAsync(int uid)
    {
        var key = $"plain:uid:{uid}:v1";
        return _flights.GetOrAdd(
            key,
            static (key, state) => new Lazy<Task<int>>(() => state.Cache.ReadAsync(key, state.Uid)),
            (Cache: this, Uid: uid)).Value;
    }

    private async Task<int> ReadAsync(string key, int uid)
    {
        var found = await _database.StringGetAsync(key).ConfigureAwait(false);
        if (found.HasValue)
        {
            _flights.TryRemove(key, out _);
            return (int)found;
        }

        var value = await source.LoadAsync(uid, CancellationToken.None).ConfigureAwait(false);
        _ = WriteAsync(key, value);
        return value;
    }

    // Joinable until it is stored, or the next caller would load again.
    private async Task WriteAsync(string key, int value)
    {
        await _database.StringSetAsync(key, value).ConfigureAwait(false);
        _flights.TryRemove(key, out _);
    }
}
