using Cacheme.Sql;
using Cacheme.Storage;
using Cacheme.Testing;
using MySqlConnector;

namespace Cacheme.MySql.Tests;

/// <summary>The log of invalidations: what is MySQL's own about it.</summary>
/// <param name="fixture">The server.</param>
[Collection<MySqlSetup>]
public sealed class MySqlLogTests(MariaDbFixture fixture) : MySqlHarness(fixture)
{
    private static readonly byte[] Record = [1];

    // Numbers must become visible in their own order, or a reader would pass over one.
    [Fact]
    public async Task Append_AnotherIsNotCommittedYet_WaitsAndComesBehindIt()
    {
        var log = Open(Storage);
        var number = await log.AppendAsync(Record, Token);
        await using var holder = await Fixture.OpenAsync();
        var keys = new LogKeys("log");
        var text = new MySqlStatements(Table).Append(keys.Head, LogKeys.Encode(1), Record);
        await using var held = new MySqlCommand(text.Replace("COMMIT", "DO 0", StringComparison.Ordinal), holder);
        await held.ExecuteNonQueryAsync(Token);

        var appending = log.AppendAsync(Record, Token).AsTask();
        await Eventually.HoldsAsync(async () => await Fixture.StatusAsync("Innodb_row_lock_current_waits") == 1);
        Assert.Equal(number, (await log.ReadLastAsync(Token))!.Value.Sequence); // Not null: there is one.
        await using var commit = new MySqlCommand("COMMIT", holder);
        await commit.ExecuteNonQueryAsync(Token);

        Assert.Equal(number + 2, await appending);
        Assert.Equal([number, number + 1, number + 2], (await log.ReadAsync(0, 10, Token)).Select(record => record.Sequence));
    }

    [Fact]
    public async Task Append_NumbersAreLarge_CountsByOne()
    {
        const long Large = (1L << 60) + 1;
        await Storage.ConnectAsync(Token);
        await Fixture.QueryAsync($"INSERT INTO {Table} (`key`, value) VALUES (x'{Hex(new LogKeys("log").Head)}', x'{Hex(LogKeys.Encode(Large))}')");

        Assert.Equal(Large + 1, await Open(Storage).AppendAsync(Record, Token));
    }

    // The connection goes back to the pool, and the next statement on it would commit what was left, or keep its locks.
    [Fact]
    public async Task Append_FailsInTheMiddle_LeavesNoTransactionBehind()
    {
        await using var storage = Make(options => options.PoolSize = 1);
        var log = Open(storage);
        var number = await log.AppendAsync(Record, Token);
        var next = $"x'{Hex(new LogKeys("log").Of(number + 1))}'";
        await Fixture.QueryAsync($"INSERT INTO {Table} (`key`, value) VALUES ({next}, '')");

        await Assert.ThrowsAsync<SqlStorageException>(async () => await log.AppendAsync(Record, Token));

        Assert.Equal(0, await Fixture.CountAsync("SELECT count(*) FROM information_schema.innodb_trx"));
        await Fixture.QueryAsync($"DELETE FROM {Table} WHERE `key` = {next}");
        Assert.Equal(number + 1, await log.AppendAsync(Record, Token));
    }

    [Theory]
    [InlineData("NO_BACKSLASH_ESCAPES,ANSI_QUOTES")]
    [InlineData("ANSI,TRADITIONAL")]
    public async Task Append_TheServerReadsTextInAnotherWay_KeepsTheBytes(string mode)
    {
        await using var server = await Servers.MariaDbServer.StartAsync($"--sql-mode={mode}");
        await using var storage = Make(connectionString: server.ConnectionString);
        byte[] bytes = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];

        await Open(storage).AppendAsync(bytes, Token);

        Assert.Equal(bytes, (await Open(storage).ReadLastAsync(Token))!.Value.Bytes.ToArray()); // Not null: it was appended.
    }

    // Such a server refuses what a transaction of a lower isolation writes.
    [Fact]
    public async Task Append_TheServersBinaryLogHasStatements_IsWritten()
    {
        await using var server = await Servers.MariaDbServer.StartAsync("--log-bin", "--binlog-format=STATEMENT", "--server-id=1");
        await using var storage = Make(connectionString: server.ConnectionString);

        var number = await Open(storage).AppendAsync(Record, Token);

        Assert.Equal(number, (await Open(storage).ReadLastAsync(Token))!.Value.Sequence); // Not null: it was appended.
    }

    [Fact]
    public async Task Append_ATableOfShortKeys_RefusesWhatTheServerWouldCut()
    {
        await Fixture.QueryAsync($"CREATE TABLE {Table} (`key` VARBINARY(16) NOT NULL PRIMARY KEY, value LONGBLOB NOT NULL, expires_at BIGINT NULL)");

        await Assert.ThrowsAsync<ArgumentException>(async () => await Open(Storage, "a longer name").AppendAsync(Record, Token));

        Assert.Equal(0, await Fixture.CountAsync($"SELECT count(*) FROM {Table}"));
    }

    private static string Hex(byte[] bytes) => Convert.ToHexString(bytes);

    private static IInvalidationLog Open(IStorage storage, string name = "log") =>
        storage.OpenInvalidationLog(name, 100)!; // Not null: MySQL has one.
}
