using StackExchange.Redis;

namespace Cacheme.Benchmarks.Storages;

/// <summary>GET, SET and MGET, and nothing else; on a cluster a GET for each key of a batch, since an MGET cannot cross slots.</summary>
internal sealed class BareRedis(ConnectionMultiplexer redis, byte[] missing, bool hasSlots = false) : IPayloads
{
    private readonly IDatabase _database = redis.GetDatabase();

    public string? Warning => null;

    public async ValueTask<byte[]> GetAsync(int id)
    {
        var key = KeyOf(id);
        if ((byte[]?)await _database.StringGetAsync(key).ConfigureAwait(false) is { } found)
        {
            return found;
        }

        await _database.StringSetAsync(key, missing).ConfigureAwait(false);
        return missing;
    }

    public async ValueTask SetAsync(int id, byte[] payload) => await _database.StringSetAsync(KeyOf(id), payload).ConfigureAwait(false);

    public async ValueTask<IReadOnlyList<byte[]>> GetAllAsync(int[] ids)
    {
        var keys = Array.ConvertAll(ids, KeyOf);
        var found = hasSlots
            ? await Task.WhenAll(keys.Select(key => _database.StringGetAsync(key))).ConfigureAwait(false)
            : await _database.StringGetAsync(keys).ConfigureAwait(false);
        return Array.ConvertAll(found, static value => (byte[])value!); // Not null: all are there, and an empty answer is seen.
    }

    public ValueTask DisposeAsync() => redis.DisposeAsync();

    private static RedisKey KeyOf(int id) => $"bare:payload:{id}:v1";
}
