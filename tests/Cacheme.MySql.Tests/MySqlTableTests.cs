using Cacheme.Sql;
using Cacheme.Storage;
using MySqlConnector;

namespace Cacheme.MySql.Tests;

/// <summary>The table: made, found, remade, refused.</summary>
/// <param name="fixture">The server.</param>
[Collection<MySqlSetup>]
public sealed class MySqlTableTests(MariaDbFixture fixture) : MySqlHarness(fixture)
{
    [Fact]
    public async Task Connect_ManyProcessesAtOnce_MakeOneTable()
    {
        IStorage[] storages = [.. Enumerable.Range(0, 8).Select(_ => Make())];

        await Task.WhenAll(storages.Select(storage => storage.ConnectAsync(Token).AsTask()));

        Assert.Equal(2, await Fixture.CountAsync($"SELECT COUNT(*) FROM information_schema.statistics WHERE table_name = '{Table}'"));
        await Task.WhenAll(storages.Select(storage => storage.DisposeAsync().AsTask()));
    }

    [Fact]
    public async Task Operations_TableWasDropped_MakeItAgain()
    {
        await SetAsync("a", [1]);
        await Fixture.QueryAsync($"DROP TABLE {Table}");

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => SetAsync($"{i}", [2]).AsTask()));

        Assert.False((await GetAsync("a")).Exists);
        Assert.Equal([2], Bytes(await GetAsync("7")));
    }

    [Fact]
    public async Task Connect_UserMayNotCreate_SaysWhatToGrantAndUsesATableThatIsThere()
    {
        var user = $"u{Guid.NewGuid():N}"[..20];
        await Fixture.QueryAsync("CREATE TABLE IF NOT EXISTS other (a INT)");
        await Fixture.QueryAsync($"CREATE USER '{user}'@'127.0.0.1' IDENTIFIED BY 'p'; GRANT SELECT ON other TO '{user}'@'127.0.0.1'");
        var connectionString = new MySqlConnectionStringBuilder(Fixture.Server.ConnectionString) { UserID = user, Password = "p" }.ToString();
        await using var storage = Make(connectionString: connectionString);

        var failure = await Assert.ThrowsAsync<SqlStorageException>(async () => await storage.ConnectAsync(Token));
        Assert.Contains($"'{Table}'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("GRANT", failure.Message, StringComparison.Ordinal);

        await Storage.ConnectAsync(Token);
        await Fixture.QueryAsync($"GRANT SELECT, INSERT, UPDATE, DELETE ON {Table} TO '{user}'@'127.0.0.1'");
        await storage.SetAsync([Write("a", [1])], Token);
        Assert.Equal([1], Bytes(await GetAsync("a")));
    }

    [Theory]
    [InlineData("`key` VARCHAR(100) PRIMARY KEY, value LONGBLOB, expires_at BIGINT", "'key' has the type varchar")]
    [InlineData("`key` VARBINARY(100), value LONGBLOB, expires_at BIGINT", "'key' is no primary key")]
    [InlineData("`key` VARBINARY(100), value LONGBLOB, expires_at BIGINT, UNIQUE (`key`, expires_at)", "'key' is no primary key")]
    [InlineData("`key` VARBINARY(100), value LONGBLOB, expires_at BIGINT, UNIQUE (`key`(50))", "'key' is no primary key")]
    [InlineData("`key` VARBINARY(100) PRIMARY KEY, value BLOB, expires_at BIGINT", "'value' has the type blob")]
    [InlineData("`key` VARBINARY(100) PRIMARY KEY, value LONGBLOB", "no column 'expires_at'")]
    [InlineData("`key` VARBINARY(100) PRIMARY KEY, value LONGBLOB, expires_at BIGINT NOT NULL", "'expires_at' takes no NULL")]
    [InlineData("`key` VARBINARY(100) PRIMARY KEY, value LONGBLOB, expires_at BIGINT, owner INT NOT NULL", "'owner' must be set")]
    public async Task Connect_TableOfSomebodyElse_NamesTheTableAndTheColumn(string columns, string expected)
    {
        await Fixture.QueryAsync($"CREATE TABLE {Table} ({columns})");

        var failure = await Assert.ThrowsAsync<SqlStorageException>(async () => await Storage.ConnectAsync(Token));

        Assert.Contains($"'{Table}'", failure.Message, StringComparison.Ordinal);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Set_ColumnForTheKeyIsShort_RefusesLongerKeysInsteadOfCuttingThem()
    {
        await Fixture.QueryAsync($"CREATE TABLE {Table} (`key` VARBINARY(20) PRIMARY KEY, value LONGBLOB NOT NULL, expires_at BIGINT)");
        await Storage.ConnectAsync(Token);
        await Storage.SetAsync([new StorageWrite(new string('k', 20), new byte[] { 1 }, null)], Token);

        await Assert.ThrowsAsync<ArgumentException>(async () => await Storage.SetAsync([new StorageWrite(new string('k', 21), new byte[] { 2 }, null)], Token));

        Assert.Equal([1], Bytes((await Storage.GetAsync([new string('k', 20)], Token))[0]));
    }
}
