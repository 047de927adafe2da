using Cacheme.Storage;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cacheme.MongoDB;

/// <summary>Values that are too large for one document, which may have 16 MiB: cut into parts, each a document of its own beside that of the key.</summary>
/// <remarks>
/// The parts of a write carry its version, are there before the key's document names that version, and go away after it names
/// another one: so a reader finds all parts of one write, or looks again. A part's <c>_id</c> is a document, which is equal to
/// no key, and its range in the index holds all parts of a key.
/// </remarks>
internal static class MongoParts
{
    /// <summary>How many bytes of a value stand in one document, which leaves room for the key and the names of the fields.</summary>
    public const int Size = 15 * 1024 * 1024;

    private const string OfField = "of";
    private const string PartField = "part";
    private const int MaxLooks = 3;

    private static readonly SortDefinition<BsonDocument> InOrder = new BsonDocument(MongoEntry.IdField, 1);

    /// <summary>Writes the parts of a value, and gives the document that names them, which is still to be written.</summary>
    public static async Task<MongoEntry> WriteAsync(IMongoCollection<MongoEntry> entries, StorageWrite write, long? end)
    {
        var version = ObjectId.GenerateNewId();
        var parts = new List<BsonDocument>();
        for (var start = 0; start < write.Value.Length; start += Size)
        {
            var bytes = write.Value.Slice(start, Math.Min(Size, write.Value.Length - start));
            var part = new BsonDocument { { MongoEntry.IdField, IdOf(write.Key, version, parts.Count) }, { MongoEntry.ValueField, bytes.ToArray() } };
            part.Add(MongoEntry.ExpiresField, () => new BsonDateTime(end.GetValueOrDefault()), end.HasValue);
            parts.Add(part);
        }

        await PartsBeside(entries).InsertManyAsync(parts, cancellationToken: CancellationToken.None).ConfigureAwait(false);
        return new MongoEntry { Key = write.Key, Version = version, Parts = parts.Count, ExpiresAt = end };
    }

    /// <summary>Puts the parts together; absent where they change faster than they can be read.</summary>
    public static async ValueTask<StoredValue> ReadAsync(IMongoCollection<MongoEntry> entries, MongoEntry entry, long now, CancellationToken cancellationToken)
    {
        var seen = entry;
        for (var looks = 0; looks < MaxLooks && seen is not null && seen.IsAliveAt(now); looks++)
        {
            if (seen is not { Version: { } version, Parts: > 0 })
            {
                return seen.Value is { } bytes ? new StoredValue(bytes) : StoredValue.Absent;
            }

            var options = new FindOptions<BsonDocument> { Sort = InOrder };
            using var cursor = await PartsBeside(entries).FindAsync(OfVersion(seen.Key, version), options, cancellationToken).ConfigureAwait(false);
            var parts = await cursor.ToListAsync(cancellationToken).ConfigureAwait(false);
            if (parts.Count == seen.Parts && parts.TrueForAll(part => part.GetValue(MongoEntry.ValueField, BsonNull.Value).IsBsonBinaryData))
            {
                return new StoredValue(Join(parts.ConvertAll(part => part[MongoEntry.ValueField].AsBsonBinaryData.Bytes)));
            }

            // Somebody wrote or removed the key meanwhile.
            seen = await MongoRead.FindAsync(entries, entry.Key, cancellationToken).ConfigureAwait(false);
        }

        return StoredValue.Absent;
    }

    /// <summary>Removes the parts of a value that was written over.</summary>
    public static Task RemoveAsync(IMongoCollection<MongoEntry> entries, string key, ObjectId version) =>
        PartsBeside(entries).DeleteManyAsync(OfVersion(key, version), CancellationToken.None);

    /// <summary>All parts that a key has, of whichever version.</summary>
    public static BsonDocument OfKey(string key) => Between(
        new BsonDocument { { OfField, key }, { MongoEntry.VersionField, BsonMinKey.Value } },
        new BsonDocument { { OfField, key }, { MongoEntry.VersionField, BsonMaxKey.Value } });

    private static BsonDocument OfVersion(string key, ObjectId version) => Between(
        new BsonDocument { { OfField, key }, { MongoEntry.VersionField, version }, { PartField, BsonMinKey.Value } },
        new BsonDocument { { OfField, key }, { MongoEntry.VersionField, version }, { PartField, BsonMaxKey.Value } });

    private static BsonDocument Between(BsonDocument lower, BsonDocument upper) =>
        new(MongoEntry.IdField, new BsonDocument { { "$gt", lower }, { "$lt", upper } });

    private static BsonDocument IdOf(string key, ObjectId version, int part) => new() { { OfField, key }, { MongoEntry.VersionField, version }, { PartField, part } };

    private static IMongoCollection<BsonDocument> PartsBeside(IMongoCollection<MongoEntry> entries) =>
        entries.Database.GetCollection<BsonDocument>(entries.CollectionNamespace.CollectionName);

    private static byte[] Join(List<byte[]> parts)
    {
        var whole = GC.AllocateUninitializedArray<byte>(parts.Sum(part => part.Length));
        var start = 0;
        foreach (var part in parts)
        {
            part.CopyTo(whole, start);
            start += part.Length;
        }

        return whole;
    }
}
