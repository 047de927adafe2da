using Cacheme.DependencyInjection;
using Cacheme.Servers;
using Microsoft.Extensions.DependencyInjection;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cacheme.Storage.Outage.Backends;

/// <summary>MongoDB, or what stands in for it.</summary>
public sealed class MongoDBBackend : ServerBackend<MongoServer>
{
    /// <inheritdoc/>
    public override string Name => "mongodb";

    /// <inheritdoc/>
    public override bool HasLeases => false;

    /// <inheritdoc/>
    public override string Package => "Cacheme.MongoDB";

    /// <inheritdoc/>
    public override string Secret => MongoServer.Password;

    /// <inheritdoc/>
    public override string Url => $"mongodb://{MongoServer.User}:{Uri.EscapeDataString(Secret)}@{Server.EndPoint}/cacheme?authSource=admin";

    /// <inheritdoc/>
    public override void Register(CachemeBuilder cacheme, string storage) => cacheme.AddMongoDB(storage, Server.ConnectionString);

    /// <inheritdoc/>
    public override async Task OverwriteAsync(IReadOnlyList<KeyValuePair<string, byte[]>> entries)
    {
        using var observer = Server.Observe();
        await observer.Collection("cacheme", "cacheme").BulkWriteAsync(entries.Select(entry => new UpdateOneModel<BsonDocument>(
            new BsonDocument("_id", entry.Key), new BsonDocument("$set", new BsonDocument("value", entry.Value)))));
    }

    /// <inheritdoc/>
    public override async Task<int> CountConnectionsAsync()
    {
        using var observer = Server.Observe();
        return await observer.CountConnectionsAsync("Cacheme");
    }

    /// <inheritdoc/>
    protected override Task<MongoServer> StartServerAsync() => MongoServer.StartAsync();
}
