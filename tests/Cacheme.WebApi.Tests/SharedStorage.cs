using Cacheme.Servers;

namespace Cacheme.WebApi.Tests;

/// <summary>A second tier for the sample.</summary>
/// <param name="Address">What the configuration says of it; null for nothing.</param>
/// <param name="Server">What runs for it, if anything does.</param>
internal sealed record SharedStorage(string? Address, IAsyncDisposable? Server = null) : IAsyncDisposable
{
    // One entry for each storage.
    private static readonly Dictionary<string, Func<SampleFolder, Task<SharedStorage>>> Storages = new()
    {
        ["the sample's own file"] = _ => Task.FromResult(new SharedStorage(Address: null)),
        ["sqlite"] = folder => Task.FromResult(new SharedStorage($"sqlite://{new Uri(Path.Combine(folder.Path, "other.db")).AbsolutePath}")),
        ["mongodb"] = _ => OfAsync(
            MongoServer.StartAsync(), server => $"mongodb://{MongoServer.User}:{Uri.EscapeDataString(MongoServer.Password)}@{server.EndPoint}/webapi?authSource=admin"),
        ["mysql"] = _ => OfAsync(
            MariaDbServer.StartAsync(), server => $"mysql://{MariaDbServer.User}:{Uri.EscapeDataString(MariaDbServer.Password)}@{server.EndPoint}/{MariaDbServer.Database}"),
        ["postgresql"] = _ => OfAsync(
            PostgresServer.StartAsync(), server => $"postgresql://{PostgresServer.User}:{Uri.EscapeDataString(PostgresServer.Password)}@{server.EndPoint}/postgres"),
        ["redis"] = _ => OfAsync(RedisServer.StartAsync(), server => $"redis://{server.EndPoint}"),
        ["redis cluster"] = _ => OfAsync(RedisCluster.StartAsync(), cluster => $"redis://{cluster.EndPoints}"),
    };

    public static IReadOnlyCollection<string> Names => Storages.Keys;

    public static Task<SharedStorage> StartAsync(string name, SampleFolder folder) => Storages[name](folder);

    public ValueTask DisposeAsync() => Server?.DisposeAsync() ?? default;

    private static async Task<SharedStorage> OfAsync<TServer>(Task<TServer> starting, Func<TServer, string> address)
        where TServer : IAsyncDisposable
    {
        var server = await starting;
        return new SharedStorage(address(server), server);
    }
}
