using MongoDB.Bson;

namespace Cacheme.MongoDB.StandIn.Data;

/// <summary>Answers that did not fit into one message.</summary>
internal sealed class Cursors
{
    /// <summary>How many documents come at first where the client does not say.</summary>
    private const int FirstBatch = 101;

    private readonly Dictionary<long, Queue<BsonDocument>> _open = [];
    private long _last;

    /// <summary>The first documents, and a cursor for the rest; like mongod's it stays open when the batch is full, though nothing is left.</summary>
    public BsonDocument Open(string place, IEnumerable<BsonDocument> documents, int? batchSize, bool singleBatch = false)
    {
        var rest = new Queue<BsonDocument>(documents);
        var batch = Take(rest, batchSize ?? FirstBatch, out var mayHaveMore);
        var id = mayHaveMore && !singleBatch ? ++_last : 0L;
        if (id != 0)
        {
            _open.Add(id, rest);
        }

        return Answer("firstBatch", batch, id, place);
    }

    public BsonDocument More(string place, long id, int? batchSize)
    {
        var rest = _open.GetValueOrDefault(id) ?? throw MongoFailure.NoSuchCursor(id);
        var batch = Take(rest, batchSize ?? int.MaxValue, out var mayHaveMore);
        if (!mayHaveMore)
        {
            Close(id);
        }

        return Answer("nextBatch", batch, mayHaveMore ? id : 0, place);
    }

    public void Close(long id) => _open.Remove(id);

    private static BsonArray Take(Queue<BsonDocument> rest, int most, out bool mayHaveMore)
    {
        var batch = new BsonArray();
        var room = (long)Collection.LargestDocument;
        mayHaveMore = false;
        while (rest.TryPeek(out var next))
        {
            room -= next.ToBson().Length;
            if (batch.Count == most || (room < 0 && batch.Count > 0))
            {
                mayHaveMore = true;
                return batch;
            }

            batch.Add(rest.Dequeue());
        }

        mayHaveMore = batch.Count == most;
        return batch;
    }

    private static BsonDocument Answer(string name, BsonArray batch, long id, string place) =>
        new() { { "cursor", new BsonDocument { { name, batch }, { "id", id }, { "ns", place } } }, { "ok", 1.0 } };
}
