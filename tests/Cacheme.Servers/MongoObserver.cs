using MongoDB.Bson;
using MongoDB.Driver;

namespace Cacheme.Servers;

/// <summary>Looks at a MongoDB from outside, with every right, and closes its connections in the end.</summary>
public sealed class MongoObserver : IDisposable
{
    private readonly MongoClient _client;

    internal MongoObserver(MongoClientSettings settings)
    {
        // The driver shares connections among clients of equal settings and closes none; these are equal to no others.
        var mark = settings.ServerSelectionTimeout;
        settings.ClusterConfigurator = cluster => cluster.ConfigureCluster(cluster => cluster.With(serverSelectionTimeout: mark));
        _client = new MongoClient(settings);
    }

    /// <summary>A collection, with its documents as they are.</summary>
    /// <param name="database">The database.</param>
    /// <param name="collection">Its name.</param>
    public IMongoCollection<BsonDocument> Collection(string database, string collection) => _client.GetDatabase(database).GetCollection<BsonDocument>(collection);

    /// <summary>Runs a command.</summary>
    /// <param name="database">In which database.</param>
    /// <param name="command">The command.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<BsonDocument> RunAsync(string database, BsonDocument command, CancellationToken cancellationToken = default) =>
        _client.GetDatabase(database).RunCommandAsync<BsonDocument>(command, cancellationToken: cancellationToken);

    /// <summary>How many connections an application has open.</summary>
    /// <param name="appName">What it calls itself.</param>
    public async Task<int> CountConnectionsAsync(string appName)
    {
        PipelineDefinition<NoPipelineInput, BsonDocument> pipeline = new[] { BsonDocument.Parse("{ $currentOp: { allUsers: true, idleConnections: true } }") };
        using var cursor = await _client.GetDatabase("admin").AggregateAsync(pipeline);
        return (await cursor.ToListAsync()).Count(operation => operation.Contains("connectionId") && operation.GetValue("appName", "").AsString == appName);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ClusterRegistry.Instance.UnregisterAndDisposeCluster(_client.Cluster);
        _client.Dispose();
    }
}
