using Cacheme.Servers;
using StackExchange.Redis;

namespace Cacheme.Redis.Tests;

/// <summary>A server for one class of tests, and a connection to look at it from outside the storage.</summary>
public class RedisFixture : IAsyncLifetime
{
    private RedisServer? _server;
    private ConnectionMultiplexer? _observer;

    public RedisServer Server => Running(_server);

    public IConnectionMultiplexer Observer => Running(_observer);

    public IDatabase Database => Observer.GetDatabase();

    public virtual async ValueTask InitializeAsync()
    {
        // A test can be skipped, a fixture cannot: where there is no server the tests find out when they ask for it.
        if (!RedisServer.IsAvailable)
        {
            return;
        }

        _server = await RedisServer.StartAsync(arguments: Arguments);
        _observer = await ConnectionMultiplexer.ConnectAsync($"{_server.EndPoint},allowAdmin=true");
    }

    public async ValueTask DisposeAsync()
    {
        if (_observer is not null)
        {
            await _observer.DisposeAsync();
        }

        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>How often the server ran each command since <see cref="ForgetCommandsAsync"/>.</summary>
    public async Task<IReadOnlyDictionary<string, int>> CountCommandsAsync()
    {
        var sections = await Observer.GetServer(Server.EndPoint).InfoAsync("commandstats");
        return sections.SelectMany(section => section).ToDictionary(
            line => line.Key["cmdstat_".Length..],
            line => int.Parse(line.Value.Split(',')[0]["calls=".Length..], System.Globalization.CultureInfo.InvariantCulture));
    }

    public Task ForgetCommandsAsync() => Observer.GetServer(Server.EndPoint).ConfigResetStatisticsAsync();

    protected virtual string[] Arguments => [];

    private static T Running<T>(T? part)
        where T : class
    {
        RedisServer.Require();
        return part ?? throw new InvalidOperationException("The server does not run yet.");
    }
}
