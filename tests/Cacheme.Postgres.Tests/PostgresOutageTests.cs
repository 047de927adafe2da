using Cacheme.Sql;
using Cacheme.Testing;
using Npgsql;

namespace Cacheme.Postgres.Tests;

/// <summary>The server goes away and comes back.</summary>
/// <param name="fixture">The server.</param>
[Collection<PostgresSetup>]
public sealed class PostgresOutageTests(PostgresFixture fixture) : PostgresHarness(fixture)
{
    [Fact]
    public async Task Get_ServerWasRestarted_NoneOfTheDeadConnectionsIsMet()
    {
        await SetAsync("a", [1]);
        await OpenConnectionsAsync(5);

        await Fixture.Server.RestartAsync();

        for (var i = 0; i < 5; i++)
        {
            await GetAsync("a");
        }
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

    /// <summary>Lets the storage open so many connections, by holding that many reads at once.</summary>
    private async Task OpenConnectionsAsync(int count)
    {
        await using var holder = await Fixture.OpenAsync();
        await using var transaction = await holder.BeginTransactionAsync(Token);
        await using var hold = new NpgsqlCommand($"LOCK TABLE {Table} IN ACCESS EXCLUSIVE MODE", holder);
        await hold.ExecuteNonQueryAsync(Token);
        Task[] reads = [.. Enumerable.Range(0, count).Select(_ => GetAsync("a").AsTask())];
        await Eventually.HoldsAsync(async () =>
            await Fixture.QueryAsync("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'Cacheme' AND wait_event_type = 'Lock'") is long waiting && waiting == count);
        await transaction.RollbackAsync(Token);
        await Task.WhenAll(reads);
    }
}
