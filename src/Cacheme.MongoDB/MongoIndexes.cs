using MongoDB.Bson;
using MongoDB.Driver;

namespace Cacheme.MongoDB;

/// <summary>Makes the index by which MongoDB deletes what has expired, and says whether the collection can serve.</summary>
/// <remarks>The unique index on the keys is that on <c>_id</c>, which every collection has.</remarks>
internal static class MongoIndexes
{
    private const string LifeField = "expireAfterSeconds";

    /// <summary>Looks at the collection, and gives what makes it unfit: it compares texts loosely, or has an index in the place of ours that deletes nothing. Null when the index is there.</summary>
    /// <param name="entries">The collection; made with the index when it is missing.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public static async Task<MongoStorageException?> EnsureAsync(IMongoCollection<MongoEntry> entries, CancellationToken cancellationToken)
    {
        var indexes = await ListAsync(entries, cancellationToken).ConfigureAwait(false);
        if (Misfit(entries, indexes) is { } misfit)
        {
            return misfit;
        }

        if (indexes.Exists(IsOurs))
        {
            return null;
        }

        try
        {
            var index = new CreateIndexModel<MongoEntry>(new BsonDocument(MongoEntry.ExpiresField, 1), new CreateIndexOptions { ExpireAfter = TimeSpan.Zero });
            await entries.Indexes.CreateOneAsync(index, cancellationToken: cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (MongoCommandException refusal) when (refusal.Code is MongoFaults.IndexOptionsConflict or MongoFaults.IndexKeySpecsConflict)
        {
            // Somebody made another one meanwhile; it is judged like one that was there.
            indexes = await ListAsync(entries, cancellationToken).ConfigureAwait(false);
            return Misfit(entries, indexes) ?? (indexes.Exists(IsOurs) ? null : Foreign(entries, $"it has another index named '{MongoEntry.ExpiresField}_1'"));
        }
    }

    private static async Task<List<BsonDocument>> ListAsync(IMongoCollection<MongoEntry> entries, CancellationToken cancellationToken)
    {
        using var cursor = await entries.Indexes.ListAsync(cancellationToken).ConfigureAwait(false);
        return await cursor.ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    private static MongoStorageException? Misfit(IMongoCollection<MongoEntry> entries, List<BsonDocument> indexes)
    {
        if (indexes.Exists(index => index["key"].AsBsonDocument.Contains(MongoEntry.IdField) && index.Contains("collation")))
        {
            return Foreign(entries, "it was made with a collation, which may take two keys for one");
        }

        // One that deletes later than we would does no harm: what has expired is not read.
        return indexes.Find(index => IsOurs(index) && !index.Contains(LifeField)) is { } idle
            ? Foreign(entries, $"its index '{idle["name"]}' deletes nothing (it has no {LifeField})")
            : null;
    }

    private static bool IsOurs(BsonDocument index) =>
        index["key"].AsBsonDocument is { ElementCount: 1 } key && key.GetElement(0).Name == MongoEntry.ExpiresField;

    private static MongoStorageException Foreign(IMongoCollection<MongoEntry> entries, string why) => new(
        $"The collection '{entries.CollectionNamespace.CollectionName}' is not one that Cacheme made: {why}. Give the storage another collection's name, or drop what is there.");
}
