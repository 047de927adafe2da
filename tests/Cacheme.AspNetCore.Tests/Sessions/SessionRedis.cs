using Cacheme.Servers;
using StackExchange.Redis;

namespace Cacheme.AspNetCore.Tests.Sessions;

/// <summary>A Redis for the sessions of one class of tests, and a connection to look at it.</summary>
public sealed class SessionRedis : IAsyncLifetime
{
    private RedisServer? _server;
    private ConnectionMultiplexer? _observer;

    // A test can be skipped, a fixture cannot: where there is no server the tests find out when they ask for it.
    public RedisServer Server => _server ?? throw new InvalidOperationException(RedisServer.IsAvailable ? "The server does not run yet." : "There is no server.");

    public IDatabase Database => Observer.GetDatabase();

    private ConnectionMultiplexer Observer => _observer ?? throw new InvalidOperationException("The server does not run yet.");

    private IServer Administered => Observer.GetServer(Server.EndPoint);

    public async ValueTask InitializeAsync()
    {
        if (RedisServer.IsAvailable)
        {
            _server = await RedisServer.StartAsync();
            _observer = await ConnectionMultiplexer.ConnectAsync($"{_server.EndPoint},allowAdmin=true");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await (_observer?.DisposeAsync() ?? default);
        await (_server?.DisposeAsync() ?? default);
    }

    public Task ClearAsync() => Administered.FlushAllDatabasesAsync();

    /// <summary>Takes the time from the lives of all keys: Redis's own clock cannot be turned.</summary>
    public async Task ElapseAsync(TimeSpan time)
    {
        await foreach (var key in Administered.KeysAsync())
        {
            if (await Database.KeyTimeToLiveAsync(key) is { } life)
            {
                await Database.KeyExpireAsync(key, life - time);
            }
        }
    }

    public Task ForgetCommandsAsync() => Administered.ConfigResetStatisticsAsync();

    /// <summary>How often the server ran each command since <see cref="ForgetCommandsAsync"/>.</summary>
    public async Task<IReadOnlyDictionary<string, int>> CountCommandsAsync()
    {
        var sections = await Administered.InfoAsync("commandstats");
        return sections.SelectMany(static section => section).ToDictionary(
            static line => line.Key["cmdstat_".Length..],
            static line => int.Parse(line.Value.Split(',')[0]["calls=".Length..], System.Globalization.CultureInfo.InvariantCulture));
    }
}
