using Cacheme.Servers;

namespace Cacheme.AspNetCore.Tests.OutputCaching;

/// <summary>The same over a Redis of its own.</summary>
public abstract class RedisOutputCacheContract : SharedOutputCacheContract
{
    private RedisServer? _server;

    protected RedisServer Server => _server!; // Not null: started before each test.

    public override async ValueTask InitializeAsync()
    {
        _server = await RedisServer.StartAsync();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }
}
