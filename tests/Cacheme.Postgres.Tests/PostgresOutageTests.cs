using Cacheme.Sql;
using Cacheme.Testing;

namespace Cacheme.Postgres.Tests;

/// <summary>The server goes away and comes back.</summary>
/// <param name="fixture">The server.</param>
public sealed class PostgresOutageTests(PostgresFixture fixture) : PostgresHarness(fixture), IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Get_ServerWasRestarted_NoPooledConnectionFails()
    {
        await SetAsync("a", [1]);
        await ReadAsync(20);

        await Fixture.Server.RestartAsync();

        await ReadAsync(20);
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
        await Eventually.HoldsAsync(async () => await Fixture.QueryAsync("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'Cacheme'") is 0L);
    }

    private async Task ReadAsync(int count) => await Task.WhenAll(Enumerable.Range(0, count).Select(_ => Task.Run(() => GetAsync("a").AsTask(), Token)));
}
