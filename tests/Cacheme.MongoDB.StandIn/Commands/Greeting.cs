using MongoDB.Bson;

namespace Cacheme.MongoDB.StandIn.Commands;

/// <summary>What the server says of itself: a single MongoDB 7.0.</summary>
internal static class Greeting
{
    private static readonly ObjectId Process = ObjectId.GenerateNewId();

    public static BsonDocument Answer(BsonDocument command, Client client, Users users)
    {
        client.AppName = command.TryGetValue("client", out var about) && about.AsBsonDocument.TryGetValue("application", out var application)
            ? application["name"].AsString
            : client.AppName;
        var answer = new BsonDocument
        {
            { "ismaster", true },
            { "isWritablePrimary", true },
            { "helloOk", true },
            { "topologyVersion", new BsonDocument { { "processId", Process }, { "counter", 0L } } },
            { "maxBsonObjectSize", Data.Collection.LargestDocument },
            { "maxMessageSizeBytes", Wire.WireStream.LargestMessage },
            { "maxWriteBatchSize", Writes.LargestBatch },
            { "localTime", DateTime.UtcNow },
            { "logicalSessionTimeoutMinutes", 30 },
            { "connectionId", client.Id },
            { "minWireVersion", 0 },
            { "maxWireVersion", 21 },
            { "readOnly", false },
            { "ok", 1.0 },
        };
        if (command.TryGetValue("saslSupportedMechs", out var user) && users.Has(user.AsString))
        {
            answer.Add("saslSupportedMechs", new BsonArray { "SCRAM-SHA-256" });
        }

        return answer;
    }
}
