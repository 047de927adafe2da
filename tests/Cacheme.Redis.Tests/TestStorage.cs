using Cacheme.Storage;
using Cacheme.Servers;
using StackExchange.Redis;

namespace Cacheme.Redis.Tests;

/// <summary>Storages as AddRedis makes them.</summary>
internal static class TestStorage
{
    public static RedisStorage Of(RedisServer server, Action<RedisStorageOptions>? configure = null)
    {
        var options = new RedisStorageOptions();
        configure?.Invoke(options);
        var password = server.Password is null ? "" : $",password={server.Password}";
        return RedisStorage.Connecting(RedisConfiguration.Parse(server.EndPoint + password, options));
    }

    /// <summary>One that looks for its server ten times a second, so that a test need not wait for the driver's usual pace.</summary>
    /// <param name="server">The server.</param>
    /// <param name="timeout">How long the driver waits for an answer, in milliseconds.</param>
    public static RedisStorage Eager(RedisServer server, int timeout = 5_000) => Of(server, options =>
    {
        options.ConnectTimeout = TimeSpan.FromMilliseconds(500);
        options.Configure = driver =>
        {
            driver.AsyncTimeout = timeout;
            driver.HeartbeatInterval = TimeSpan.FromMilliseconds(100);
            driver.ReconnectRetryPolicy = new LinearRetry(100);
        };
    });

    public static async Task<StoredValue> GetAsync(this IStorage storage, string key, CancellationToken cancellationToken) =>
        Assert.Single(await storage.GetAsync([key], cancellationToken));

    public static ValueTask SetAsync(this IStorage storage, string key, string text, TimeSpan? timeToLive, CancellationToken cancellationToken) =>
        storage.SetAsync([new StorageWrite(key, System.Text.Encoding.UTF8.GetBytes(text), timeToLive)], cancellationToken);

    public static string Text(this StoredValue value)
    {
        Assert.True(value.Exists);
        return System.Text.Encoding.UTF8.GetString(value.Bytes.Span);
    }
}
