using Cacheme.Storage;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cacheme.MongoDB;

/// <summary>Writes and removals: one bulk write, which the driver cuts only where a message has no more room.</summary>
/// <remarks>
/// A write replaces a document that holds its value itself. Where the key's value is in parts, or somebody else makes the
/// document at the same moment, the server finds a second document of one key and refuses; then the key is written alone, and
/// what it replaced is cleared up.
/// </remarks>
internal static class MongoWrite
{
    public const int MaxTries = 10;

    private static readonly ReplaceOptions Upsert = new() { IsUpsert = true };
    private static readonly BulkWriteOptions InAnyOrder = new() { IsOrdered = false };
    private static readonly FindOneAndReplaceOptions<MongoEntry> Exchange = new()
    {
        IsUpsert = true,
        ReturnDocument = ReturnDocument.Before,
        Projection = new BsonDocument(MongoEntry.ValueField, 0),
    };

    /// <summary>Writes the values, the later one of a key that stands twice.</summary>
    public static async Task SetAsync(IMongoCollection<MongoEntry> entries, IReadOnlyList<StorageWrite> writes, long now)
    {
        var latest = LastOfEachKey(writes);
        List<MongoEntry> small = [.. latest.Where(write => write.Value.Length <= MongoParts.Size)
            .Select(write => new MongoEntry { Key = write.Key, Value = write.Value, ExpiresAt = MongoExpiry.At(now, write.TimeToLive) })];
        if (small.Count > 0)
        {
            var contested = small is [var one] ? await ReplaceOneAsync(entries, one).ConfigureAwait(false) : await ReplaceManyAsync(entries, small).ConfigureAwait(false);
            foreach (var entry in contested)
            {
                await ExchangeAsync(entries, entry).ConfigureAwait(false);
            }
        }

        foreach (var write in latest.Where(write => write.Value.Length > MongoParts.Size))
        {
            await ExchangeAsync(entries, await MongoParts.WriteAsync(entries, write, MongoExpiry.At(now, write.TimeToLive)).ConfigureAwait(false)).ConfigureAwait(false);
        }
    }

    /// <summary>Removes the keys, and what parts they have.</summary>
    public static async Task RemoveAsync(IMongoCollection<MongoEntry> entries, IReadOnlyList<string> keys)
    {
        foreach (var chunk in keys.Distinct(StringComparer.Ordinal).Chunk(MongoRead.MaxKeys))
        {
            // In order: a reader who finds no parts finds no document of the key either.
            await entries.BulkWriteAsync(
                [new DeleteManyModel<MongoEntry>(MongoRead.WithAnyOf(chunk)), .. chunk.Select(key => new DeleteManyModel<MongoEntry>(MongoParts.OfKey(key)))],
                cancellationToken: CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Prolongs the lives of the keys' documents, where they end sooner.</summary>
    public static async Task ProlongAsync(IMongoCollection<MongoEntry> entries, IReadOnlyList<string> keys, long now, long expiresAt)
    {
        var sooner = new BsonDocument(MongoEntry.ExpiresField, new BsonDocument { { "$gt", new BsonDateTime(now) }, { "$lt", new BsonDateTime(expiresAt) } });
        var update = new BsonDocument("$set", new BsonDocument(MongoEntry.ExpiresField, new BsonDateTime(expiresAt)));
        foreach (var chunk in keys.Distinct(StringComparer.Ordinal).Chunk(MongoRead.MaxKeys))
        {
            // In order: what names parts does not outlive them.
            await entries.BulkWriteAsync(
                chunk.Select(MongoParts.OfKey).Append(MongoRead.WithAnyOf(chunk)).Select(meant => new UpdateManyModel<MongoEntry>(meant.Merge(sooner), update)),
                cancellationToken: CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Gives the entry back where its key is contested.</summary>
    private static async Task<IReadOnlyList<MongoEntry>> ReplaceOneAsync(IMongoCollection<MongoEntry> entries, MongoEntry entry)
    {
        try
        {
            await entries.ReplaceOneAsync(Whole(entry.Key), entry, Upsert, CancellationToken.None).ConfigureAwait(false);
            return [];
        }
        catch (MongoWriteException refusal) when (refusal is { WriteError.Code: MongoFaults.DuplicateKey, WriteConcernError: null })
        {
            return [entry];
        }
    }

    /// <summary>Gives the entries back whose keys are contested. Whatever else is refused, the others are written.</summary>
    private static async Task<IReadOnlyList<MongoEntry>> ReplaceManyAsync(IMongoCollection<MongoEntry> entries, List<MongoEntry> written)
    {
        try
        {
            await entries.BulkWriteAsync(
                written.Select(entry => new ReplaceOneModel<MongoEntry>(Whole(entry.Key), entry) { IsUpsert = true }), InAnyOrder, CancellationToken.None).ConfigureAwait(false);
            return [];
        }
        catch (MongoBulkWriteException<MongoEntry> refusal)
            when (refusal.WriteConcernError is null && refusal.WriteErrors.All(error => error.Code == MongoFaults.DuplicateKey) && refusal.UnprocessedRequests.Count == 0)
        {
            return [.. refusal.WriteErrors.Select(error => written[error.Index])];
        }
    }

    /// <summary>Writes an entry over whatever is there, and clears up the parts of that.</summary>
    private static async Task ExchangeAsync(IMongoCollection<MongoEntry> entries, MongoEntry entry)
    {
        var before = default(MongoEntry);
        for (var tries = 1; ; tries++)
        {
            try
            {
                before = await entries.FindOneAndReplaceAsync<MongoEntry>(new BsonDocument(MongoEntry.IdField, entry.Key), entry, Exchange, CancellationToken.None).ConfigureAwait(false);
                break;
            }
            catch (MongoCommandException refusal) when (refusal.Code == MongoFaults.DuplicateKey && tries < MaxTries)
            {
                // Two made it at once, and the other one was first.
            }
        }

        if (before?.Version is { } replaced)
        {
            await MongoParts.RemoveAsync(entries, entry.Key, replaced).ConfigureAwait(false);
        }
    }

    /// <summary>The document of a key, if it holds its value itself.</summary>
    private static BsonDocument Whole(string key) => new() { { MongoEntry.IdField, key }, { MongoEntry.VersionField, BsonNull.Value } };

    /// <summary>The writes without those that a later one of the same key undoes: a bulk write has no order.</summary>
    private static IReadOnlyCollection<StorageWrite> LastOfEachKey(IReadOnlyList<StorageWrite> writes)
    {
        if (writes.Count == 1)
        {
            return writes;
        }

        var latest = new Dictionary<string, StorageWrite>(writes.Count, StringComparer.Ordinal);
        foreach (var write in writes)
        {
            latest[write.Key] = write;
        }

        return latest.Values;
    }
}
