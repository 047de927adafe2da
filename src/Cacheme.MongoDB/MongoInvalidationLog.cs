using Cacheme.Storage;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cacheme.MongoDB;

/// <summary>A log of one document for each record, beside the entries: its <c>_id</c> is a document of the log's name and the record's number, and so no key.</summary>
/// <remarks>
/// Numbers follow each other without a gap: who appends takes the one behind the last that he sees, and where somebody else
/// has it already, the next one. So a record is there before the one behind it, in whichever order they were begun, without a lock
/// and without a transaction, which a single server does not have. Everything is asked of the primary: who reads from
/// several servers would see the log go back.
/// </remarks>
/// <param name="write">Runs a change of the collection.</param>
/// <param name="read">Runs a read of it.</param>
/// <param name="name">The log's name.</param>
/// <param name="records">The records it keeps.</param>
/// <param name="time">The clock.</param>
internal sealed class MongoInvalidationLog(
    Func<Func<IMongoCollection<BsonDocument>, Task<long>>, CancellationToken, ValueTask<long>> write,
    Func<Func<IMongoCollection<BsonDocument>, Task<List<LogRecord>>>, CancellationToken, ValueTask<List<LogRecord>>> read,
    string name,
    int records,
    TimeProvider time) : IInvalidationLog
{
    private const string LogField = "log";
    private const string NumberField = "number";
    private const string RecordField = "record";
    private const string FirstField = "first";
    private const int MostBetweenRemovals = 16;
    private const int MostTries = 100;
    private const int NumbersTried = 10;
    private const int MostLooks = 3;

    /// <summary>
    /// How long an append may take from its look at the last record. Meanwhile the log may have grown past the number that it took, and
    /// that may be free only because it was removed with all before it: nobody would read the record there.
    /// </summary>
    private static readonly TimeSpan LongestAppend = TimeSpan.FromSeconds(1);

    private static readonly SortDefinition<BsonDocument> InOrder = new BsonDocument(MongoEntry.IdField, 1);
    private static readonly SortDefinition<BsonDocument> FromTheEnd = new BsonDocument(MongoEntry.IdField, -1);

    private readonly int _betweenRemovals = Math.Clamp(records, 1, MostBetweenRemovals);

    public async ValueTask<long> AppendAsync(ReadOnlyMemory<byte> record, CancellationToken cancellationToken)
    {
        var bytes = record.ToArray();
        return await write(documents => AppendAsync(documents, bytes), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<LogRecord>> ReadAsync(long from, int limit, CancellationToken cancellationToken) =>
        await read(documents => ReadInOrderAsync(documents, from, limit, cancellationToken), cancellationToken).ConfigureAwait(false);

    public async ValueTask<LogRecord?> ReadLastAsync(CancellationToken cancellationToken) =>
        await read(documents => FindAsync(documents, 0, 1, FromTheEnd, cancellationToken), cancellationToken).ConfigureAwait(false) is [var last] ? last : null;

    private async Task<long> AppendAsync(IMongoCollection<BsonDocument> documents, byte[] record)
    {
        for (var tries = 0; tries < MostTries; tries++)
        {
            var looked = time.GetTimestamp();
            var number = await NextNumberAsync(documents).ConfigureAwait(false);
            for (var last = number + NumbersTried; number < last; number++)
            {
                if (await TryInsertAsync(documents, new BsonDocument { { MongoEntry.IdField, IdOf(number) }, { RecordField, record } }).ConfigureAwait(false))
                {
                    if (time.GetElapsedTime(looked) <= LongestAppend || await ExistsAsync(documents, number - 1).ConfigureAwait(false))
                    {
                        await RemoveOldAsync(documents, number).ConfigureAwait(false);
                        return number;
                    }

                    break;
                }
            }
        }

        throw new MongoStorageException($"Others appended to the log '{name}' {MostTries * NumbersTried} times meanwhile.");
    }

    private async Task<long> NextNumberAsync(IMongoCollection<BsonDocument> documents)
    {
        if (await FindAsync(documents, 0, 1, FromTheEnd, CancellationToken.None).ConfigureAwait(false) is [var last])
        {
            return last.Sequence + 1;
        }

        // With which number a log begins is said by one document, for two who begin at once have two clocks. It is the time, so
        // that a log which was lost does not begin with numbers that were there before.
        await TryInsertAsync(
            documents, new BsonDocument { { MongoEntry.IdField, IdOf(0) }, { FirstField, Math.Max(1, MongoExpiry.Now(time)) } }).ConfigureAwait(false);
        var begin = await documents.Find(new BsonDocument(MongoEntry.IdField, IdOf(0))).FirstOrDefaultAsync(CancellationToken.None).ConfigureAwait(false);
        return begin?.GetValue(FirstField, BsonNull.Value) is BsonInt64 first
            ? first.Value
            : throw new MongoStorageException($"The collection '{documents.CollectionNamespace.CollectionName}' was dropped, or somebody else writes to the log '{name}'.");
    }

    private static async Task<bool> TryInsertAsync(IMongoCollection<BsonDocument> documents, BsonDocument document)
    {
        try
        {
            await documents.InsertOneAsync(document, options: null, CancellationToken.None).ConfigureAwait(false);
            return true;
        }
        catch (MongoWriteException refusal) when (refusal is { WriteError.Code: MongoFaults.DuplicateKey, WriteConcernError: null })
        {
            return false;
        }
    }

    private async Task<bool> ExistsAsync(IMongoCollection<BsonDocument> documents, long number) =>
        await FindAsync(documents, number, 1, InOrder, CancellationToken.None).ConfigureAwait(false) is [var found] && found.Sequence == number;

    private async Task RemoveOldAsync(IMongoCollection<BsonDocument> documents, long number)
    {
        if (number % _betweenRemovals == 0)
        {
            await documents.DeleteManyAsync(Range(1, number - records + 1), CancellationToken.None).ConfigureAwait(false);
        }
    }

    // A query that goes on while records come may see one and not the one before it; the next query sees both.
    private async Task<List<LogRecord>> ReadInOrderAsync(IMongoCollection<BsonDocument> documents, long from, int limit, CancellationToken cancellationToken)
    {
        var found = await FindAsync(documents, from, limit, InOrder, cancellationToken).ConfigureAwait(false);
        for (var looks = 1; looks < MostLooks && HasGap(found); looks++)
        {
            found = await FindAsync(documents, from, limit, InOrder, cancellationToken).ConfigureAwait(false);
        }

        return found;
    }

    private static bool HasGap(List<LogRecord> found) => found is [var first, .., var last] && last.Sequence - first.Sequence >= found.Count;

    private async Task<List<LogRecord>> FindAsync(
        IMongoCollection<BsonDocument> documents, long from, int limit, SortDefinition<BsonDocument> order, CancellationToken cancellationToken)
    {
        var options = new FindOptions<BsonDocument> { Sort = order, Limit = limit, BatchSize = limit };
        using var cursor = await documents.FindAsync(Range(Math.Max(1, from), null), options, cancellationToken).ConfigureAwait(false);
        var found = await cursor.ToListAsync(cancellationToken).ConfigureAwait(false);
        return found.ConvertAll(document => new LogRecord(
            document[MongoEntry.IdField][NumberField].ToInt64(), document.GetValue(RecordField, new BsonBinaryData([])).AsByteArray));
    }

    private BsonDocument Range(long from, long? until) => new(
        MongoEntry.IdField, new BsonDocument { { "$gte", IdOf(from) }, { "$lt", IdOf(until is { } end ? end : BsonMaxKey.Value) } });

    private BsonDocument IdOf(BsonValue number) => new() { { LogField, name }, { NumberField, number } };
}
