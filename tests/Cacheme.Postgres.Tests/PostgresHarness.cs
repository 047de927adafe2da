using Cacheme.Servers;
using Cacheme.Storage;
using Cacheme.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cacheme.Postgres.Tests;

/// <summary>A storage in a table of this test's own.</summary>
/// <param name="fixture">The server.</param>
public abstract class PostgresHarness(PostgresFixture fixture) : StorageHarness
{
    protected const int Swept = 3;

    protected PostgresFixture Fixture { get; } = fixture;

    protected string Table { get; } = $"t_{Guid.NewGuid():N}";

    protected LogRecorder Log { get; } = new();

    public override ValueTask InitializeAsync()
    {
        PostgresServer.Require();
        return base.InitializeAsync();
    }

    protected override ValueTask<IStorage> CreateAsync(TimeProvider time) => new(Make());

    protected IStorage Make(Action<PostgresStorageOptions>? configure = null, string? connectionString = null)
    {
        var options = new PostgresStorageOptions { Table = Table };
        configure?.Invoke(options);
        var services = new ServiceCollection().AddSingleton<TimeProvider>(Time).AddLogging(
            logging => logging.AddProvider(Log).SetMinimumLevel(LogLevel.Trace)).BuildServiceProvider();
        return PostgresStorage.Connecting(services, PostgresConfiguration.Parse(connectionString ?? Fixture.Server.ConnectionString, options));
    }

    protected StorageWrite[] Writes(string key, int count, TimeSpan? timeToLive = null) =>
        [.. Enumerable.Range(0, count).Select(i => Write($"{key}{i}", [1], timeToLive))];
}
