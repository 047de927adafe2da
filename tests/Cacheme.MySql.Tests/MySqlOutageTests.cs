using Cacheme.Sql;
using Cacheme.Storage;
using Cacheme.Testing;
using Microsoft.Extensions.DependencyInjection;
using MySqlConnector;

namespace Cacheme.MySql.Tests;

/// <summary>The server goes away and comes back.</summary>
/// <param name="fixture">The server.</param>
[Collection<MySqlSetup>]
public sealed class MySqlOutageTests(MariaDbFixture fixture) : MySqlHarness(fixture)
{
    private const string Ours = "FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND user = 'cacheme'";

    [Fact]
    public async Task Get_ServerWasRestarted_NoneOfTheDeadConnectionsIsMet()
    {
        await SetAsync("a", [1]);
        await OpenConnectionsAsync(Storage, 5);

        await Fixture.Server.RestartAsync();

        for (var i = 0; i < 5; i++)
        {
            await Storage.GetAsync([Key("a")], Token);
        }
    }

    [Fact]
    public async Task Get_ServerWasRestartedUnderTheApplicationsDataSource_NoneOfTheDeadConnectionsIsMet()
    {
        await using var dataSource = new MySqlDataSource($"{Fixture.Server.ConnectionString};Connection Reset=false");
        await using var storage = MySqlStorage.Over(new ServiceCollection().BuildServices(), dataSource, new MySqlStorageOptions { Table = Table });
        await storage.SetAsync([Write("a", [1])], Token);
        await OpenConnectionsAsync(storage, 5);

        await Fixture.Server.RestartAsync();

        await storage.GetAsync([Key("a")], Token);
    }

    [Fact]
    public async Task Get_ServerIsDown_FailsAtOnceAndComesBack()
    {
        await SetAsync("a", [1]);
        Fixture.Server.Stop();

        await Assert.ThrowsAsync<SqlStorageException>(async () => await GetAsync("a"));
        await Fixture.Server.RestartAsync();

        await GetAsync("a");
    }

    [Fact]
    public async Task Dispose_ServerIsFrozen_ReturnsAndLeavesNoConnection()
    {
        await SetAsync("a", [1]);
        Task reading;
        Fixture.Server.Pause();
        try
        {
            reading = GetAsync("a").AsTask();

            await Storage.DisposeAsync().AsTask().WaitAsync(Patience.Limit, Token);

            Assert.False(reading.IsCompleted);
        }
        finally
        {
            Fixture.Server.Resume();
        }

        await reading;
        await Eventually.HoldsAsync(async () => await Fixture.CountAsync($"SELECT COUNT(*) {Ours}") == 0);
    }

    /// <summary>Lets the storage open so many connections, by holding that many reads at once.</summary>
    private async Task OpenConnectionsAsync(IStorage storage, int count)
    {
        await using var holder = await Fixture.OpenAsync();
        await using var hold = new MySqlCommand($"LOCK TABLES {Table} WRITE", holder);
        await hold.ExecuteNonQueryAsync(Token);
        Task[] reads = [.. Enumerable.Range(0, count).Select(_ => storage.GetAsync([Key("a")], Token).AsTask())];
        await Eventually.HoldsAsync(async () => await Fixture.CountAsync($"SELECT COUNT(*) {Ours} AND state LIKE '%metadata lock%'") == count);
        await using var release = new MySqlCommand("UNLOCK TABLES", holder);
        await release.ExecuteNonQueryAsync(Token);
        await Task.WhenAll(reads);
    }
}
