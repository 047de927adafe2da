using Cacheme.Sql;
using Cacheme.Storage;
using Cacheme.Testing;
using Microsoft.Extensions.DependencyInjection;
using MySqlConnector;

namespace Cacheme.MySql.Tests;

/// <summary>What is MySQL's own: locks, sweeps, packets, words. The server is not in strict mode, where it cuts what is too long.</summary>
/// <param name="fixture">The server.</param>
[Collection<MySqlSetup>]
public sealed class MySqlStorageTests(MariaDbFixture fixture) : MySqlHarness(fixture)
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

        Assert.InRange(await Fixture.CountAsync($"SELECT COUNT(*) FROM {Table}"), 0, 60);
    }

    [Fact]
    public async Task Set_TheServerGivesItUpForADeadlock_TriesAgain()
    {
        await Storage.SetAsync([Write("a", [1]), Write("b", [1]), .. Writes("z", 50)], Token);
        await using var other = await Fixture.OpenAsync();
        await using var command = new MySqlCommand($"START TRANSACTION; UPDATE {Table} FORCE INDEX (PRIMARY) SET value = 'x' WHERE `key` >= ?", other);
        command.Parameters.Add(new MySqlParameter { Value = SqlKey.Encode(Key("b")) });
        await command.ExecuteNonQueryAsync(Token);
        var deadlocks = await Fixture.StatusAsync("Innodb_deadlocks");
        var write = Storage.SetAsync([Write("a", [2]), Write("b", [2])], Token).AsTask();
        await Eventually.HoldsAsync(async () => await Fixture.StatusAsync("Innodb_row_lock_current_waits") >= 1);

        // The other one has changed more rows, and so it is the storage's statement that the server gives up.
        command.CommandText = $"UPDATE {Table} SET value = 'x' WHERE `key` = ?; COMMIT";
        command.Parameters[0].Value = SqlKey.Encode(Key("a"));
        await command.ExecuteNonQueryAsync(Token);
        await write;

        Assert.Equal(deadlocks + 1, await Fixture.StatusAsync("Innodb_deadlocks"));
        Assert.Equal([2], Bytes(await GetAsync("a")));
        Assert.Equal([2], Bytes(await GetAsync("b")));
    }

    [Fact]
    public async Task Sweep_RowsHaveExpired_DeletesThoseInBatches()
    {
        await Storage.SetAsync([.. Writes("expired", 1_100, Interval / 2), .. Writes("alive", 10, Interval * 2), .. Writes("for ever", 10)], Token);

        Time.Advance(Interval);
        await Eventually.HoldsAsync(() => Task.FromResult(Log.CountOf(Swept) == 1));

        Assert.Contains(Log.Records, record => record.Event == Swept && record.Text.Contains("1100", StringComparison.Ordinal));
        Assert.Equal(20, await Fixture.CountAsync($"SELECT COUNT(*) FROM {Table}"));
    }

    [Fact]
    public async Task Sweep_ItsTransactionIsOpen_WritersOfOtherKeysDoNotWait()
    {
        await Storage.SetAsync([.. Writes("expired", 50, Interval)], Token);
        var now = SqlExpiry.Now(Time) + (long)Interval.TotalMilliseconds;
        await using var sweeper = await Fixture.OpenAsync();
        await using var transaction = await sweeper.BeginTransactionAsync(Token);
        Assert.Equal(50, await MySqlSweep.RunAsync(sweeper, new MySqlStatements(Table), now, 500));
        await using var writer = await Fixture.OpenAsync();
        await using (var patience = new MySqlCommand("SET innodb_lock_wait_timeout = 1", writer))
        {
            await patience.ExecuteNonQueryAsync(Token);
        }

        // With lives that end before, among and after those that are swept.
        foreach (var expires in (long[])[now - 1, now, now + 1])
        {
            await using var write = new MySqlDialect(new MySqlStorageOptions { Table = Table }, 1)
                .SetOne(writer, new SqlRow(SqlKey.Encode(Key($"new{expires}")), new byte[] { 1 }, expires));
            await write.ExecuteNonQueryAsync(Token);
        }
    }

    [Fact]
    public async Task Sweep_ARowWasWrittenAgainMeanwhile_LeavesIt()
    {
        await Storage.SetAsync([Write("a", [1], Interval)], Token);
        var now = SqlExpiry.Now(Time) + (long)Interval.TotalMilliseconds;
        await using var reader = await Fixture.OpenAsync();
        await using var snapshot = await reader.BeginTransactionAsync(Token);
        await using (var look = new MySqlCommand($"SELECT COUNT(*) FROM {Table}", reader))
        {
            await look.ExecuteScalarAsync(Token);
        }

        await Storage.SetAsync([Write("a", [2])], Token);
        Assert.Equal(1, await MySqlSweep.RunAsync(reader, new MySqlStatements(Table), now, 500));
        await snapshot.CommitAsync(Token);

        Assert.Equal([2], Bytes(await GetAsync("a")));
    }

    [Fact]
    public async Task Set_ValueOverThePacket_NamesTheSettingAndTheConnectionLives()
    {
        await SetAsync("a", [1]);

        var failure = await Assert.ThrowsAsync<SqlStorageException>(async () => await SetAsync("a", new byte[MariaDbFixture.LargestPacket]));

        Assert.Contains("max_allowed_packet", failure.Message, StringComparison.Ordinal);
        await SetAsync("a", new byte[MariaDbFixture.LargestPacket - 4_096]);
        Assert.Equal(MariaDbFixture.LargestPacket - 4_096, (await GetAsync("a")).Bytes.Length);
    }

    [Fact]
    public async Task Set_BatchOverThePacket_IsCut()
    {
        await Storage.SetAsync([.. Enumerable.Range(0, 20).Select(i => Write($"{i}", new byte[500_000]))], Token);

        var values = await Storage.GetAsync([.. Enumerable.Range(0, 20).Select(i => Key($"{i}"))], Token);
        Assert.All(values, value => Assert.Equal(500_000, value.Bytes.Length));
    }

    [Fact]
    public async Task Keys_OfTheLimit_AreTakenAndLongerOnesRefused()
    {
        var key = new string('k', 3_072);
        await Storage.SetAsync([new StorageWrite(key, new byte[] { 1 }, null)], Token);

        Assert.True((await Storage.GetAsync([key], Token))[0].Exists);
        await Assert.ThrowsAsync<ArgumentException>(async () => await Storage.SetAsync([new StorageWrite(key + "x", default, null)], Token));
    }

    [Fact]
    public async Task Connect_WrongPassword_SaysSoWithoutIt()
    {
        var builder = new MySqlConnectionStringBuilder(Fixture.Server.ConnectionString) { Password = "wr0ng" };
        await using var storage = Make(connectionString: builder.ToString());

        var failure = await Assert.ThrowsAsync<SqlStorageException>(async () => await storage.ConnectAsync(Token));

        Assert.Contains("Check the user and the password", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ng", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_NoSuchDatabase_SaysThatItIsToBeMade()
    {
        var builder = new MySqlConnectionStringBuilder(Fixture.Server.ConnectionString) { Database = "nowhere" };
        await using var storage = Make(connectionString: builder.ToString());

        var failure = await Assert.ThrowsAsync<SqlStorageException>(async () => await storage.ConnectAsync(Token));

        Assert.Contains("Create the database", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Set_TheServersWordsQuoteAKey_AreNotRepeated()
    {
        await Storage.ConnectAsync(Token);

        // What would make the server quote: a unique index besides, over the value, and a trigger that meets it.
        await Fixture.QueryAsync($"CREATE TABLE {Table}_seen (v VARBINARY(100) PRIMARY KEY)");
        await Fixture.QueryAsync($"CREATE TRIGGER {Table}_t AFTER INSERT ON {Table} FOR EACH ROW INSERT INTO {Table}_seen VALUES (NEW.value)");
        await SetAsync("k3y", "v4lue"u8.ToArray());

        var failure = await Assert.ThrowsAsync<SqlStorageException>(async () => await SetAsync("k3y2", "v4lue"u8.ToArray()));

        Assert.Contains("1062", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("v4lue", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DataSourceOfTheApplication_IsUsedAndLeftOpen()
    {
        await using var dataSource = new MySqlDataSource(Fixture.Server.ConnectionString);
        await using (var storage = MySqlStorage.Over(new ServiceCollection().BuildServices(), dataSource, new MySqlStorageOptions { Table = Table }))
        {
            await storage.SetAsync([Write("a", [1])], Token);
        }

        await using var command = dataSource.CreateCommand($"SELECT COUNT(*) FROM {Table}");
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
}
