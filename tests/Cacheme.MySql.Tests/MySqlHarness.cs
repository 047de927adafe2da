using Cacheme.Servers;
using Cacheme.Storage;
using Cacheme.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cacheme.MySql.Tests;

/// <summary>A storage in a table of this test's own.</summary>
/// <param name="fixture">The server.</param>
public abstract class MySqlHarness(MariaDbFixture fixture) : StorageHarness
{
    protected const int Swept = 3;

    protected MariaDbFixture Fixture { get; } = fixture;

    protected string Table { get; } = $"t_{Guid.NewGuid():N}";

    protected LogRecorder Log { get; } = new();

    public override ValueTask InitializeAsync()
    {
        MariaDbServer.Require();
        return base.InitializeAsync();
    }

    protected override ValueTask<IStorage> CreateAsync(TimeProvider time) => new(Make());

    protected IStorage Make(Action<MySqlStorageOptions>? configure = null, string? connectionString = null)
    {
        var options = new MySqlStorageOptions { Table = Table };
        configure?.Invoke(options);
        var services = new ServiceCollection().AddSingleton<TimeProvider>(Time).AddLogging(
            logging => logging.AddProvider(Log).SetMinimumLevel(LogLevel.Trace)).BuildServiceProvider();
        return MySqlStorage.Connecting(services, MySqlConfiguration.Parse(connectionString ?? Fixture.Server.ConnectionString, options));
    }

    protected StorageWrite[] Writes(string key, int count, TimeSpan? timeToLive = null) =>
        [.. Enumerable.Range(0, count).Select(i => Write($"{key}{i}", [1], timeToLive))];
}
