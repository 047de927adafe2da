using MongoDB.Bson;

namespace Cacheme.MongoDB.StandIn.Data;

/// <summary>Documents in the order of their <c>_id</c>, and the indexes that were asked for.</summary>
internal sealed class Collection
{
    public const int LargestDocument = 16 * 1024 * 1024;

    private readonly string _place;
    private readonly Dictionary<BsonValue, BsonDocument> _documents = [];
    private readonly SortedSet<BsonValue> _ids = new(BsonOrder.Comparer);

    /// <param name="place">Its database and name, as they stand in errors.</param>
    /// <param name="options">What it was created with.</param>
    public Collection(string place, BsonDocument options)
    {
        _place = place;
        var id = new BsonDocument { { "v", 2 }, { "key", new BsonDocument("_id", 1) }, { "name", "_id_" } };
        id.Add("collation", options.GetValue("collation", null), options.Contains("collation"));
        Indexes = [id];
    }

    public List<BsonDocument> Indexes { get; }

    public int Count => _documents.Count;

    /// <summary>The documents meant, in the order of their <c>_id</c> unless the ids were listed.</summary>
    public List<BsonDocument> Find(Filter filter) => [.. Candidates(filter.Id).Where(filter.Matches)];

    public void Insert(BsonDocument document)
    {
        var id = document["_id"];
        ThrowIfTooLarge(document);
        if (!_documents.TryAdd(id, document))
        {
            throw MongoFailure.DuplicateKey(_place, id);
        }

        _ids.Add(id);
    }

    public void Replace(BsonDocument document)
    {
        ThrowIfTooLarge(document);
        _documents[document["_id"]] = document;
    }

    public void Remove(BsonValue id)
    {
        _documents.Remove(id);
        _ids.Remove(id);
    }

    private IEnumerable<BsonDocument> Candidates(BsonValue? id) => id switch
    {
        null => _ids.Select(one => _documents[one]),
        _ when !Filter.IsOperators(id) => Known([id]),
        BsonDocument operators when operators.TryGetValue("$in", out var listed) => Known(listed.AsBsonArray.Distinct()),
        BsonDocument operators when (operators.Contains("$gte") || operators.Contains("$gt")) && (operators.Contains("$lt") || operators.Contains("$lte")) =>
            Between(operators.GetValue("$gte", operators.GetValue("$gt", null)), operators.GetValue("$lt", operators.GetValue("$lte", null))),
        _ => _ids.Select(one => _documents[one]),
    };

    private IEnumerable<BsonDocument> Known(IEnumerable<BsonValue> ids) =>
        ids.Select(id => _documents.GetValueOrDefault(id)).OfType<BsonDocument>();

    private IEnumerable<BsonDocument> Between(BsonValue lower, BsonValue upper) =>
        BsonOrder.Comparer.Compare(lower, upper) > 0 ? [] : _ids.GetViewBetween(lower, upper).Select(id => _documents[id]);

    private static void ThrowIfTooLarge(BsonDocument document)
    {
        if (document.ToBson().Length is > LargestDocument and var size)
        {
            throw MongoFailure.TooLarge(size);
        }
    }
}
