using Cacheme.MongoDB.StandIn.Data;
using MongoDB.Bson;

namespace Cacheme.MongoDB.StandIn.Commands;

/// <summary>insert, update and delete: many statements in one command.</summary>
internal static class Writes
{
    public const int LargestBatch = 100_000;

    public static BsonDocument Insert(BsonDocument command, Collection collection, FailPoint failPoint) => Each(command, failPoint, "documents", (document, _) =>
    {
        collection.Insert(document);
        return 1;
    });

    public static BsonDocument Delete(BsonDocument command, Collection collection, FailPoint failPoint) => Each(command, failPoint, "deletes", (statement, _) =>
    {
        var found = collection.Find(new Filter(statement["q"].AsBsonDocument));
        found = statement["limit"].ToInt32() == 0 ? found : [.. found.Take(1)];
        found.ForEach(document => collection.Remove(document["_id"]));
        return found.Count;
    });

    public static BsonDocument Update(BsonDocument command, Collection collection, FailPoint failPoint)
    {
        var (modified, upserted) = (0, new BsonArray());
        var answer = Each(command, failPoint, "updates", (statement, index) =>
        {
            var (query, update) = (statement["q"].AsBsonDocument, statement["u"].AsBsonDocument);
            var found = collection.Find(new Filter(query));
            if (found.Count == 0 && statement.GetValue("upsert", false).ToBoolean())
            {
                var made = DocumentUpdate.Make(query, update);
                collection.Insert(made);
                upserted.Add(new BsonDocument { { "index", index }, { "_id", made["_id"] } });
                return 1;
            }

            found = statement.GetValue("multi", false).ToBoolean() ? found : [.. found.Take(1)];
            found.ForEach(document => collection.Replace(DocumentUpdate.Apply(document, update)));
            modified += found.Count;
            return found.Count;
        });
        answer.Add("nModified", modified);
        answer.Add("upserted", upserted, upserted.Count > 0);
        return answer;
    }

    private static BsonDocument Each(BsonDocument command, FailPoint failPoint, string field, Func<BsonDocument, int, int> write)
    {
        var statements = command[field].AsBsonArray;
        if (statements.Count is 0 or > LargestBatch)
        {
            throw new MongoFailure(16, "InvalidLength", $"Write batch sizes must be between 1 and {LargestBatch}. Got {statements.Count} operations.");
        }

        var (count, errors) = (0, new BsonArray());
        for (var i = 0; i < statements.Count; i++)
        {
            try
            {
                failPoint.ThrowIfMeant(command.GetElement(0).Name, statements[i].AsBsonDocument, i);
                count += write(statements[i].AsBsonDocument, i);
            }
            catch (MongoFailure failure)
            {
                errors.Add(failure.ToWriteError(i));
                if (command.GetValue("ordered", true).ToBoolean())
                {
                    break;
                }
            }
        }

        var answer = new BsonDocument { { "n", count }, { "ok", 1.0 } };
        answer.Add("writeErrors", errors, errors.Count > 0);
        return answer;
    }
}
