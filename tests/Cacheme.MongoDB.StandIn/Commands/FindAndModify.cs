using Cacheme.MongoDB.StandIn.Data;
using MongoDB.Bson;

namespace Cacheme.MongoDB.StandIn.Commands;

/// <summary>Changes or removes one document, and gives it as it was or is.</summary>
internal static class FindAndModify
{
    public static BsonDocument Run(BsonDocument command, Collection collection)
    {
        var query = command["query"].AsBsonDocument;
        var before = collection.Find(new Filter(query)).FirstOrDefault();
        var after = default(BsonDocument);
        if (command.GetValue("remove", false).ToBoolean())
        {
            if (before is not null)
            {
                collection.Remove(before["_id"]);
            }
        }
        else if (before is not null)
        {
            collection.Replace(after = DocumentUpdate.Apply(before, command["update"].AsBsonDocument));
        }
        else if (command.GetValue("upsert", false).ToBoolean())
        {
            collection.Insert(after = DocumentUpdate.Make(query, command["update"].AsBsonDocument));
        }

        var shown = command.GetValue("new", false).ToBoolean() ? after : before;
        var last = new BsonDocument { { "n", before is null && after is null ? 0 : 1 }, { "updatedExisting", before is not null && after is not null } };
        return new BsonDocument
        {
            { "lastErrorObject", last },
            { "value", shown is null ? BsonNull.Value : Reads.Project(shown, command.GetValue("fields", new BsonDocument()).AsBsonDocument) },
            { "ok", 1.0 },
        };
    }
}
