using Cacheme.MongoDB.StandIn.Data;
using MongoDB.Bson;

namespace Cacheme.MongoDB.StandIn.Commands;

/// <summary>What an update makes of a document: a replacement, or <c>$set</c> and <c>$unset</c>.</summary>
internal static class DocumentUpdate
{
    /// <summary>The document as it is afterwards.</summary>
    public static BsonDocument Apply(BsonDocument document, BsonDocument update)
    {
        var changed = Filter.IsOperators(update) ? Changed(new BsonDocument(document), update) : Replaced(document["_id"], update);
        return changed["_id"] == document["_id"]
            ? changed
            : throw new MongoFailure(66, "ImmutableField", "Performing an update on the path '_id' would modify the immutable field '_id'");
    }

    /// <summary>The document that an upsert makes where none was found.</summary>
    public static BsonDocument Make(BsonDocument query, BsonDocument update)
    {
        var asked = new BsonDocument(query.Where(field => !Filter.IsOperators(field.Value)));
        return Filter.IsOperators(update)
            ? Changed(asked, update)
            : Replaced(asked.GetValue("_id", update.GetValue("_id", ObjectId.GenerateNewId())), update);
    }

    private static BsonDocument Replaced(BsonValue id, BsonDocument update)
    {
        var document = new BsonDocument("_id", update.GetValue("_id", id));
        return document.Merge(update);
    }

    private static BsonDocument Changed(BsonDocument document, BsonDocument update)
    {
        foreach (var one in update)
        {
            foreach (var field in one.Value.AsBsonDocument)
            {
                switch (one.Name)
                {
                    case "$set":
                        document[field.Name] = field.Value;
                        break;
                    case "$unset":
                        document.Remove(field.Name);
                        break;
                    default:
                        throw MongoFailure.NotUnderstood($"the update {one.Name}");
                }
            }
        }

        return document;
    }
}
