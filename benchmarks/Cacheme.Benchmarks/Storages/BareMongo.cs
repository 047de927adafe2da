using MongoDB.Driver;

namespace Cacheme.Benchmarks.Storages;

/// <summary>A query by one key or by many, and an upsert; and nothing else.</summary>
internal sealed class BareMongo(MongoClient client, string database, string collection, byte[] missing) : IPayloads
{
    private static readonly ReplaceOptions Upsert = new() { IsUpsert = true };

    private readonly IMongoCollection<MongoPayload> _payloads = client.GetDatabase(database).GetCollection<MongoPayload>(collection);

    public string? Warning => null;

    public async ValueTask<byte[]> GetAsync(int id)
    {
        var key = KeyOf(id);
        if (await _payloads.Find(payload => payload.Key == key).FirstOrDefaultAsync() is { IsAlive: true } found)
        {
            return found.Value;
        }

        await SetAsync(id, missing);
        return missing;
    }

    public async ValueTask SetAsync(int id, byte[] payload)
    {
        var key = KeyOf(id);
        await _payloads.ReplaceOneAsync(one => one.Key == key, new MongoPayload { Key = key, Value = payload }, Upsert);
    }

    public async ValueTask<IReadOnlyList<byte[]>> GetAllAsync(int[] ids)
    {
        var keys = Array.ConvertAll(ids, KeyOf);
        using var cursor = await _payloads.FindAsync(Builders<MongoPayload>.Filter.In(one => one.Key, keys));
        var found = (await cursor.ToListAsync()).Where(one => one.IsAlive).ToDictionary(one => one.Key, one => one.Value);
        return Array.ConvertAll(keys, key => found[key]);
    }

    public ValueTask DisposeAsync()
    {
        ClusterRegistry.Instance.UnregisterAndDisposeCluster(client.Cluster);
        client.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string KeyOf(int id) => $"bare:payload:{id}:v1";
}
