using Cacheme.Sql;
using Cacheme.Storage;
using Npgsql;

namespace Cacheme.Postgres.Tests;

/// <summary>The table: made, found, remade, refused.</summary>
/// <param name="fixture">The server.</param>
[Collection<PostgresSetup>]
public sealed class PostgresTableTests(PostgresFixture fixture) : PostgresHarness(fixture)
{
    [Fact]
    public async Task Connect_ManyProcessesAtOnce_MakeOneTableWithOneIndex()
    {
        IStorage[] storages = [.. Enumerable.Range(0, 8).Select(_ => Make())];

        await Task.WhenAll(storages.Select(storage => storage.ConnectAsync(Token).AsTask()));

        Assert.Equal(2L, await Fixture.QueryAsync($"SELECT count(*) FROM pg_indexes WHERE tablename = '{Table}'"));
        await Task.WhenAll(storages.Select(storage => storage.DisposeAsync().AsTask()));
    }

    [Theory]
    [InlineData(true, 'u')]
    [InlineData(false, 'p')]
    public async Task Connect_Unlogged_IsAsSaid(bool unlogged, char expected)
    {
        await using var storage = Make(options => options.Unlogged = unlogged);

        await storage.ConnectAsync(Token);

        Assert.Equal(expected, await Fixture.QueryAsync($"SELECT relpersistence FROM pg_class WHERE relname = '{Table}'"));
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
        var user = $"u_{Guid.NewGuid():N}";
        await Fixture.QueryAsync($"REVOKE CREATE ON SCHEMA public FROM PUBLIC; CREATE ROLE {user} LOGIN PASSWORD 'p'");
        var connectionString = new NpgsqlConnectionStringBuilder(Fixture.Server.ConnectionString) { Username = user, Password = "p" }.ToString();
        await using var storage = Make(connectionString: connectionString);

        var failure = await Assert.ThrowsAsync<SqlStorageException>(async () => await storage.ConnectAsync(Token));
        Assert.Contains($"\"{Table}\"", failure.Message, StringComparison.Ordinal);
        Assert.Contains("GRANT", failure.Message, StringComparison.Ordinal);
        Assert.Contains("CREATE INDEX", failure.Message, StringComparison.Ordinal);

        await Storage.ConnectAsync(Token);
        await Fixture.QueryAsync($"GRANT SELECT, INSERT, UPDATE, DELETE ON {Table} TO {user}");
        await storage.SetAsync([Write("a", [1])], Token);
        Assert.Equal([1], Bytes(await GetAsync("a")));
    }

    [Theory]
    [InlineData("key text PRIMARY KEY, value bytea NOT NULL, expires_at bigint", "'key' has the type text")]
    [InlineData("key bytea, value bytea NOT NULL, expires_at bigint", "'key' is no primary key")]
    [InlineData("key bytea, value bytea, expires_at bigint, PRIMARY KEY (key, value)", "'key' is no primary key")]
    [InlineData("key bytea PRIMARY KEY, value bytea NOT NULL", "no column 'expires_at'")]
    [InlineData("key bytea PRIMARY KEY, value bytea NOT NULL, expires_at bigint NOT NULL", "'expires_at' takes no NULL")]
    [InlineData("key bytea PRIMARY KEY, value bytea NOT NULL, expires_at bigint, owner text NOT NULL", "'owner' must be set")]
    public async Task Connect_TableOfSomebodyElse_NamesTheTableAndTheColumn(string columns, string expected)
    {
        await Fixture.QueryAsync($"CREATE TABLE {Table} ({columns})");

        var failure = await Assert.ThrowsAsync<SqlStorageException>(async () => await Storage.ConnectAsync(Token));

        Assert.Contains($"'{Table}'", failure.Message, StringComparison.Ordinal);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_TableHasAColumnWithADefaultBesides_UsesIt()
    {
        await Fixture.QueryAsync($"CREATE TABLE {Table} (key bytea PRIMARY KEY, value bytea NOT NULL, expires_at bigint, made timestamptz NOT NULL DEFAULT now())");

        await SetAsync("a", [1]);

        Assert.Equal([1], Bytes(await GetAsync("a")));
    }
}
