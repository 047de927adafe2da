using Cacheme.Servers;
using Cacheme.Storage;
using Cacheme.Testing;
using Microsoft.Extensions.DependencyInjection;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cacheme.MongoDB.Tests;

/// <summary>A storage in a collection of this test's own.</summary>
/// <param name="fixture">The server.</param>
public abstract class MongoHarness(MongoFixture fixture) : StorageHarness
{
    protected const string Database = "cacheme";

    protected MongoFixture Fixture { get; } = fixture;

    protected string Collection { get; } = $"c_{Guid.NewGuid():N}";

    /// <summary>The collection as somebody else sees it.</summary>
    protected IMongoCollection<BsonDocument> Documents => Fixture.Observer.Collection(Database, Collection);

    protected override ValueTask<IStorage> CreateAsync(TimeProvider time) => new(Make(time: time));

    protected IStorage Make(Action<MongoStorageOptions>? configure = null, string? connectionString = null, TimeProvider? time = null)
    {
        var options = new MongoStorageOptions { Collection = Collection };
        configure?.Invoke(options);
        var services = new ServiceCollection().AddSingleton(time ?? Time).BuildServiceProvider();
        return MongoStorage.Connecting(services, MongoConfiguration.Parse(connectionString ?? Fixture.Server.ConnectionString, options));
    }

    /// <summary>Lets the next commands of these names fail, or one statement of each, and tells how often something failed up to now.</summary>
    protected async Task<int> FailAsync(string[] commands, int code, int times = 1, int? statement = null)
    {
        Assert.SkipWhen(statement is not null && MongoServer.IsReal, "Only the stand-in fails at a statement.");
        var data = new BsonDocument { { "failCommands", new BsonArray(commands) }, { "errorCode", code } };
        data.Add("statement", () => statement.GetValueOrDefault(), statement is not null);
        return await ConfigureFailuresAsync(new BsonDocument("times", times), data);
    }

    /// <summary>Lets the next commands of these names be done, and then say that the others did not hear of it.</summary>
    protected Task<int> FailConcernAsync(string[] commands, int code, int times = 1) => ConfigureFailuresAsync(
        new BsonDocument("times", times),
        new BsonDocument { { "failCommands", new BsonArray(commands) }, { "writeConcernError", new BsonDocument { { "code", code }, { "errmsg", "Not with the others." } } } });

    /// <summary>Lets nothing fail any more, and tells how often something failed up to now.</summary>
    protected Task<int> StopFailingAsync() => ConfigureFailuresAsync("off", []);

    protected Task<BsonDocument> RunAsync(BsonDocument command) => Fixture.Observer.RunAsync(Database, command, Token);

    protected async Task<List<BsonDocument>> IndexesAsync() => await (await Documents.Indexes.ListAsync(Token)).ToListAsync(Token);

    private async Task<int> ConfigureFailuresAsync(BsonValue mode, BsonDocument data)
    {
        var answer = await Fixture.Observer.RunAsync("admin", new BsonDocument { { "configureFailPoint", "failCommand" }, { "mode", mode }, { "data", data } }, Token);
        return answer["count"].ToInt32();
    }

    /// <summary>How many documents there are, parts of values among them.</summary>
    protected async Task<long> CountAsync(BsonDocument? query = null) =>
        (await RunAsync(new BsonDocument { { "count", Collection }, { "query", query ?? [] } }))["n"].ToInt64();
}
