using Cacheme.DependencyInjection;
using Cacheme.Servers;
using Microsoft.Extensions.DependencyInjection;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cacheme.Benchmarks.Storages;

/// <summary>A MongoDB of its own; Cacheme and the driver have a collection each.</summary>
internal sealed class MongoStand : StorageStand
{
    private const string Database = "cacheme";
    private const string Bare = "bare";

    private readonly MongoServer _server;
    private readonly MongoObserver _admin;

    // What the stand-in takes is no MongoDB's time: only the processor time of this process tells anything then.
    private MongoStand(MongoServer server)
        : base(MongoServer.IsReal ? "mongodb" : "mongodb stand-in")
    {
        _server = server;
        _admin = server.Observe();
    }

    public static async Task<StorageStand> StartAsync() => new MongoStand(await MongoServer.StartAsync());

    public override void Add(CachemeBuilder cacheme, string storage) => cacheme.AddMongoDB(storage, _server.ConnectionString);

    public override Task<IPayloads> ConnectBareAsync(byte[] missing)
    {
        var settings = MongoClientSettings.FromConnectionString(_server.ConnectionString);
        settings.MaxConnectionPoolSize = 50;
        return Task.FromResult<IPayloads>(new BareMongo(new MongoClient(settings), Database, Bare, missing));
    }

    public override async Task ClearAsync()
    {
        foreach (var collection in (string[])[Bare, "cacheme"])
        {
            await _admin.Collection(Database, collection).DeleteManyAsync(new BsonDocument());
        }
    }

    public override async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _server.DisposeAsync();
    }
}
