using MongoDB.Bson;
using MongoDB.Driver;

namespace Cacheme.MongoDB;

/// <summary>Makes the index by which MongoDB deletes what has expired, and says whether the collection can serve.</summary>
/// <remarks>The unique index on the keys is that on <c>_id</c>, which every collection has.</remarks>
internal static class MongoIndexes
{
    private const string LifeField = "expireAfterSeconds";

    /// <summary>Returns when the index is there.</summary>
    /// <param name="entries">The collection; made with the index when it is missing.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="MongoStorageException">The collection compares texts loosely, or has an index in the place of ours that deletes nothing.</exception>
    public static async Task EnsureAsync(IMongoCollection<MongoEntry> entries, CancellationToken cancellationToken)
    {
        if (await LookAsync(entries, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        try
        {
            var index = new CreateIndexModel<MongoEntry>(new BsonDocument(MongoEntry.ExpiresField, 1), new CreateIndexOptions { ExpireAfter = TimeSpan.Zero });
            await entries.Indexes.CreateOneAsync(index, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (MongoCommandException refusal) when (refusal.Code is MongoFaults.IndexOptionsConflict or MongoFaults.IndexKeySpecsConflict)
        {
            // Somebody made another one meanwhile; it is judged like one that was there.
            if (!await LookAsync(entries, cancellationToken).ConfigureAwait(false))
            {
                throw Foreign(entries, $"it has another index named '{MongoEntry.ExpiresField}_1'");
            }
        }
    }

    /// <summary>Whether the index is there; throws where the collection cannot serve.</summary>
    private static async Task<bool> LookAsync(IMongoCollection<MongoEntry> entries, CancellationToken cancellationToken)
    {
        using var cursor = await entries.Indexes.ListAsync(cancellationToken).ConfigureAwait(false);
        var indexes = await cursor.ToListAsync(cancellationToken).ConfigureAwait(false);
        if (indexes.Any(index => index["key"].AsBsonDocument.Contains(MongoEntry.IdField) && index.Contains("collation")))
        {
            throw Foreign(entries, "it was made with a collation, which may take two keys for one");
        }

        // One that deletes later than we would does no harm: what has expired is not read.
        var ours = indexes.Find(index => index["key"].AsBsonDocument is { ElementCount: 1 } key && key.GetElement(0).Name == MongoEntry.ExpiresField);
        return ours is null || ours.Contains(LifeField)
            ? ours is not null
            : throw Foreign(entries, $"its index '{ours["name"]}' deletes nothing (it has no {LifeField})");
    }

    private static MongoStorageException Foreign(IMongoCollection<MongoEntry> entries, string why) => new(
        $"The collection '{entries.CollectionNamespace.CollectionName}' is not one that Cacheme made: {why}. Give the storage another collection's name, or drop what is there.");
}
