using Cacheme.Sql;
using Cacheme.Storage;
using Cacheme.Testing;
using Npgsql;

namespace Cacheme.Postgres.Tests;

/// <summary>What is PostgreSQL's own: locks, sweeps, limits, words.</summary>
/// <param name="fixture">The server.</param>
[Collection<PostgresSetup>]
public sealed class PostgresStorageTests(PostgresFixture fixture) : PostgresHarness(fixture)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Batches_OfTheSameKeysInAnyOrder_AllEnd()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            for (var round = 0; round < 40; round++)
            {
                string[] keys = [.. Enumerable.Range(0, 40).Select(_ => $"{random.Next(60)}")];
                await Storage.SetAsync([.. keys.Select(key => Write(key, [1]))], Token);
                await Storage.RemoveAsync([.. keys.Reverse().Select(Key)], Token);
            }
        })));

        var deadlocks = await Fixture.QueryAsync("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()");
        Assert.Equal(0L, deadlocks);
    }

    [Fact]
    public async Task Sweep_ARowIsBeingWritten_LeavesItAndWaitsForNobody()
    {
        await Storage.SetAsync([.. Writes("expired", 1_100, Interval / 2), .. Writes("alive", 10, Interval * 2), .. Writes("for ever", 10)], Token);
        await using var writer = await Fixture.OpenAsync();
        await using var transaction = await writer.BeginTransactionAsync(Token);
        await using var update = new NpgsqlCommand($"UPDATE {Table} SET value = '\\x02' WHERE key = $1", writer);
        update.Parameters.Add(new NpgsqlParameter { Value = SqlKey.Encode(Key("expired7")) });
        Assert.Equal(1, await update.ExecuteNonQueryAsync(Token));

        Time.Advance(Interval);
        await Eventually.HoldsAsync(() => Task.FromResult(Log.CountOf(Swept) == 1));

        Assert.Contains(Log.Records, record => record.Event == Swept && record.Text.Contains("1099", StringComparison.Ordinal));
        await transaction.CommitAsync(Token);
        Assert.Equal(21L, await Fixture.QueryAsync($"SELECT count(*) FROM {Table}"));
    }

    [Fact]
    public async Task Sweep_IntervalIsInfinite_NeverComes()
    {
        await using var storage = Make(options => options.SweepInterval = Timeout.InfiniteTimeSpan);
        await storage.SetAsync(Writes("expired", 3, Interval), Token);

        Time.Advance(Interval / 2);

        Assert.Equal(0, Log.CountOf(Swept));
        Assert.Equal(3L, await Fixture.QueryAsync($"SELECT count(*) FROM {Table}"));
    }

    [Fact]
    public async Task Keys_OfTheLimit_AreTakenAndLongerOnesRefused()
    {
        // Of bytes that the server cannot squeeze.
        var random = new Random(1);
        var key = new string([.. Enumerable.Range(0, 2_600).Select(_ => (char)random.Next(1, 128))]);
        await Storage.SetAsync([new StorageWrite(key, new byte[] { 1 }, null)], Token);

        Assert.True((await Storage.GetAsync([key], Token))[0].Exists);
        await Assert.ThrowsAsync<ArgumentException>(async () => await Storage.SetAsync([new StorageWrite(key + "x", default, null)], Token));
    }

    [Fact]
    public async Task Connect_WrongPassword_SaysSoWithoutIt()
    {
        var builder = new NpgsqlConnectionStringBuilder(Fixture.Server.ConnectionString) { Password = "wr0ng" };
        await using var storage = Make(connectionString: builder.ToString());

        var failure = await Assert.ThrowsAsync<SqlStorageException>(async () => await storage.ConnectAsync(Token));

        Assert.Contains("password", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ng", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_NoSuchDatabase_SaysThatItIsToBeMade()
    {
        var builder = new NpgsqlConnectionStringBuilder(Fixture.Server.ConnectionString) { Database = "nowhere" };
        await using var storage = Make(connectionString: builder.ToString());

        var failure = await Assert.ThrowsAsync<SqlStorageException>(async () => await storage.ConnectAsync(Token));

        Assert.Contains("Create the database", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Set_TheServerRefusesWithTheRowInItsDetails_HoldsNeitherKeyNorValue()
    {
        await Storage.ConnectAsync(Token);
        await Fixture.QueryAsync($"ALTER TABLE {Table} ADD CONSTRAINT few CHECK (length(value) < 3)");
        await using var storage = Make(connectionString: $"{Fixture.Server.ConnectionString};Include Error Detail=true");

        var failure = await Assert.ThrowsAsync<SqlStorageException>(async () => await storage.SetAsync([Write("k3y", "v4lue"u8.ToArray())], Token));

        Assert.Contains("few", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("k3y", failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexStringLower("k3y"u8), failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexStringLower("v4lue"u8), failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DataSourceOfTheApplication_IsUsedAndLeftOpen()
    {
        await using var dataSource = NpgsqlDataSource.Create(Fixture.Server.ConnectionString);
        await using (var storage = new PostgresStorage(
            new Microsoft.Extensions.DependencyInjection.ServiceCollection().BuildServices(), () => dataSource, ownsDataSource: false, new PostgresStorageOptions { Table = Table }))
        {
            await storage.SetAsync([Write("a", [1])], Token);
        }

        await using var command = dataSource.CreateCommand($"SELECT count(*) FROM {Table}");
        Assert.Equal(1L, await command.ExecuteScalarAsync(Token));
    }

    [Fact]
    public async Task Operations_InsideATransactionOfTheApplication_TakeNoPartInIt()
    {
        using (new System.Transactions.TransactionScope(System.Transactions.TransactionScopeAsyncFlowOption.Enabled))
        {
            await SetAsync("a", [1]);
        }

        Assert.Equal([1], Bytes(await GetAsync("a")));
    }

    [Fact]
    public async Task Operations_WhatWasPreparedIsGone_PrepareItAgain()
    {
        await using var dataSource = NpgsqlDataSource.Create($"{Fixture.Server.ConnectionString};Maximum Pool Size=1;Max Auto Prepare=50;Auto Prepare Min Usages=2;No Reset On Close=true");
        await using var storage = new PostgresStorage(
            new Microsoft.Extensions.DependencyInjection.ServiceCollection().BuildServices(), () => dataSource, ownsDataSource: false, new PostgresStorageOptions { Table = Table });
        for (var i = 0; i < 4; i++)
        {
            await storage.SetAsync([Write("a", [1])], Token);
        }

        await using (var command = dataSource.CreateCommand("DEALLOCATE ALL"))
        {
            await command.ExecuteNonQueryAsync(Token);
        }

        await storage.SetAsync([Write("a", [2])], Token);
        Assert.Equal([2], Bytes(Assert.Single(await storage.GetAsync([Key("a")], Token))));
    }

    [Fact]
    public async Task Operations_TableWasDroppedAndThereIsOneConnection_MakeItAgain()
    {
        await using var storage = Make(options => options.PoolSize = 1);
        await storage.SetAsync([Write("a", [1])], Token);
        await Fixture.QueryAsync($"DROP TABLE {Table}");

        await storage.SetAsync([Write("a", [2])], Token);

        Assert.Equal([2], Bytes(await GetAsync("a")));
    }
}
