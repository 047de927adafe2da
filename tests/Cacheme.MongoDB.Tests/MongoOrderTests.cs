using MongoDB.Bson;
using MongoDB.Driver;

namespace Cacheme.MongoDB.Tests;

/// <summary>The order of keys, in which the parts of a value are a range: by bytes of UTF-8, whoever the server is.</summary>
/// <param name="fixture">The server.</param>
[Collection<MongoSetup>]
public sealed class MongoOrderTests(MongoFixture fixture) : MongoHarness(fixture)
{
    // The last one begins with a char that is smaller than that before it, and a byte that is larger.
    private static readonly string[] InOrder = ["B", "a", "\u00e9", "\ue000", "\U0001f600"];

    [Fact]
    public async Task Server_TextsAndTheirRanges_AreInTheOrderOfTheirBytes()
    {
        await Documents.InsertManyAsync(InOrder.Reverse().Select(text => new BsonDocument("_id", text)), cancellationToken: Token);

        Assert.Equal(InOrder, await FindAsync([]));
        Assert.Equal(InOrder[^1..], await FindAsync(new BsonDocument("_id", new BsonDocument { { "$gt", InOrder[^2] }, { "$lt", "\U0010ffff" } })));
    }

    private async Task<IEnumerable<string>> FindAsync(BsonDocument filter)
    {
        var found = await Documents.Find(filter).Sort(new BsonDocument("_id", 1)).ToListAsync(Token);
        return found.Select(document => document["_id"].AsString);
    }
}
