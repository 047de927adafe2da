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

    protected Task<BsonDocument> RunAsync(BsonDocument command) => Fixture.Observer.RunAsync(Database, command, Token);

    protected async Task<List<BsonDocument>> IndexesAsync() => await (await Documents.Indexes.ListAsync(Token)).ToListAsync(Token);

    /// <summary>How many documents there are, parts of values among them.</summary>
    protected async Task<long> CountAsync() => (await RunAsync(new BsonDocument { { "count", Collection }, { "query", new BsonDocument() } }))["n"].ToInt64();
}
