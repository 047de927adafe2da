using Cacheme.MongoDB.StandIn.Data;
using MongoDB.Bson;

namespace Cacheme.MongoDB.StandIn.Commands;

/// <summary>createIndexes, listIndexes and dropIndexes.</summary>
internal static class Indexes
{
    public static BsonDocument Create(BsonDocument command, Collection collection)
    {
        foreach (var asked in command["indexes"].AsBsonArray.Select(index => index.AsBsonDocument))
        {
            var twin = collection.Indexes.FirstOrDefault(index => index["key"] == asked["key"]);
            var namesake = collection.Indexes.FirstOrDefault(index => index["name"] == asked["name"]);
            if (twin is not null && (twin["name"] != asked["name"] || twin.GetValue("expireAfterSeconds", BsonNull.Value) != asked.GetValue("expireAfterSeconds", BsonNull.Value)))
            {
                throw new MongoFailure(85, "IndexOptionsConflict", $"An equivalent index already exists with a different name or options: {twin}");
            }

            if (twin is null && namesake is not null)
            {
                throw new MongoFailure(86, "IndexKeySpecsConflict", $"An existing index has the same name as the requested index: {namesake}");
            }

            if (twin is null)
            {
                collection.Indexes.Add(new BsonDocument("v", 2).Merge(asked));
            }
        }

        return new() { { "numIndexesAfter", collection.Indexes.Count }, { "ok", 1.0 } };
    }

    public static BsonDocument List(string place, Store store, Cursors cursors) =>
        store.TryFind(place, out var collection) ? cursors.Open(place, collection.Indexes, int.MaxValue) : throw MongoFailure.NoSuchNamespace(place);

    public static BsonDocument Drop(BsonDocument command, Collection collection)
    {
        var name = command["index"];
        collection.Indexes.RemoveAll(index => index["name"] != "_id_" && (name == "*" || index["name"] == name));
        return new("ok", 1.0);
    }
}
