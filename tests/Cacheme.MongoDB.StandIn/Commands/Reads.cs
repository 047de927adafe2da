using Cacheme.MongoDB.StandIn.Data;
using MongoDB.Bson;

namespace Cacheme.MongoDB.StandIn.Commands;

/// <summary>find, getMore and count.</summary>
internal static class Reads
{
    public static BsonDocument Find(BsonDocument command, string place, Store store, Cursors cursors)
    {
        var filter = new Filter(command.GetValue("filter", new BsonDocument()).AsBsonDocument);
        var projection = command.GetValue("projection", new BsonDocument()).AsBsonDocument;
        var limit = command.GetValue("limit", 0).ToInt32();
        var sort = command.GetValue("sort", new BsonDocument()).AsBsonDocument;
        if (sort.Any(field => field.Name != "_id" || Math.Abs(field.Value.ToInt32()) != 1))
        {
            throw MongoFailure.NotUnderstood($"the sort {sort}");
        }

        IEnumerable<BsonDocument> found = store.TryFind(place, out var collection) ? collection.Find(filter) : [];
        var sorted = sort switch
        {
            { ElementCount: 0 } => found,
            _ when sort["_id"].ToInt32() > 0 => found.OrderBy(document => document["_id"], BsonOrder.Comparer),
            _ => found.OrderByDescending(document => document["_id"], BsonOrder.Comparer),
        };
        return cursors.Open(
            place,
            sorted.Take(limit == 0 ? int.MaxValue : limit).Select(document => Project(document, projection)),
            Number(command, "batchSize"),
            command.GetValue("singleBatch", false).ToBoolean());
    }

    public static BsonDocument More(BsonDocument command, Cursors cursors) =>
        cursors.More($"{command["$db"].AsString}.{command["collection"].AsString}", command["getMore"].ToInt64(), Number(command, "batchSize"));

    public static BsonDocument Count(BsonDocument command, string place, Store store)
    {
        var filter = new Filter(command.GetValue("query", new BsonDocument()).AsBsonDocument);
        return new() { { "n", store.TryFind(place, out var collection) ? collection.Find(filter).Count : 0 }, { "ok", 1.0 } };
    }

    /// <summary>The fields that are wanted, or those that are not unwanted.</summary>
    public static BsonDocument Project(BsonDocument document, BsonDocument projection)
    {
        var includes = projection.Any(field => field.Name != "_id" && field.Value.ToBoolean());
        return projection.ElementCount == 0
            ? document
            : new BsonDocument(document.Where(field => projection.TryGetValue(field.Name, out var wanted) ? wanted.ToBoolean() : field.Name == "_id" || !includes));
    }

    private static int? Number(BsonDocument command, string name) => command.TryGetValue(name, out var value) ? value.ToInt32() : null;
}
