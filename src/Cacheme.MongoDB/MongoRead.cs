using Cacheme.Storage;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cacheme.MongoDB;

/// <summary>Reads: one query, by one key or by many. What has expired is told by our clock, since MongoDB deletes it up to a minute late.</summary>
internal static class MongoRead
{
    /// <summary>The most keys of one query.</summary>
    public const int MaxKeys = 1_000;

    private static readonly FindOptions<MongoEntry> One = new() { Limit = 1 };

    /// <summary>Reads one key.</summary>
    public static async ValueTask<StoredValue> OneAsync(IMongoCollection<MongoEntry> entries, string key, long now, CancellationToken cancellationToken)
    {
        var entry = await FindAsync(entries, key, cancellationToken).ConfigureAwait(false);
        return await ToStoredAsync(entries, entry, now, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads many keys, and answers in their order.</summary>
    public static async ValueTask<IReadOnlyList<StoredValue>> ManyAsync(
        IMongoCollection<MongoEntry> entries, IReadOnlyList<string> keys, long now, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, StoredValue>(keys.Count, StringComparer.Ordinal);
        foreach (var chunk in keys.Distinct(StringComparer.Ordinal).Chunk(MaxKeys))
        {
            // One more than can come, or the server does not tell with the first answer that it is the last.
            var options = new FindOptions<MongoEntry> { BatchSize = chunk.Length + 1 };
            using var cursor = await entries.FindAsync(WithAnyOf(chunk), options, cancellationToken).ConfigureAwait(false);
            while (await cursor.MoveNextAsync(cancellationToken).ConfigureAwait(false))
            {
                foreach (var entry in cursor.Current)
                {
                    found[entry.Key] = await ToStoredAsync(entries, entry, now, cancellationToken).ConfigureAwait(false);
                }
            }
        }

        var values = new StoredValue[keys.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = found.GetValueOrDefault(keys[i]);
        }

        return values;
    }

    /// <summary>The documents of these keys.</summary>
    public static BsonDocument WithAnyOf(IEnumerable<string> keys) => new(MongoEntry.IdField, new BsonDocument("$in", new BsonArray(keys)));

    /// <summary>The document of a key as it is now; null where there is none.</summary>
    public static async ValueTask<MongoEntry?> FindAsync(IMongoCollection<MongoEntry> entries, string key, CancellationToken cancellationToken)
    {
        using var cursor = await entries.FindAsync(new BsonDocument(MongoEntry.IdField, key), One, cancellationToken).ConfigureAwait(false);
        return await cursor.FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
    }

    private static ValueTask<StoredValue> ToStoredAsync(IMongoCollection<MongoEntry> entries, MongoEntry? entry, long now, CancellationToken cancellationToken) => entry switch
    {
        not null when !entry.IsAliveAt(now) => new(StoredValue.Absent),
        { Value: { } bytes } => new(new StoredValue(bytes)),
        { Version: not null, Parts: > 0 } => MongoParts.ReadAsync(entries, entry, now, cancellationToken),
        _ => new(StoredValue.Absent),
    };
}
