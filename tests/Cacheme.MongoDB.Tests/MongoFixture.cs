using Cacheme.Servers;

namespace Cacheme.MongoDB.Tests;

/// <summary>A server, and somebody who looks at it from outside the storage.</summary>
public sealed class MongoFixture : IAsyncLifetime
{
    private MongoServer? _server;
    private MongoObserver? _observer;

    public MongoServer Server => _server ?? throw new InvalidOperationException("The server does not run.");

    public MongoObserver Observer => _observer ?? throw new InvalidOperationException("The server does not run.");

    public async ValueTask InitializeAsync()
    {
        _server = await MongoServer.StartAsync();
        _observer = _server.Observe();
    }

    public async ValueTask DisposeAsync()
    {
        _observer?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}
