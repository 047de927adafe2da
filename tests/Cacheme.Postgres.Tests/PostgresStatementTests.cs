namespace Cacheme.Postgres.Tests;

/// <summary>What the server is told, by its own account.</summary>
/// <param name="fixture">The server.</param>
[Collection<PostgresSetup>]
public sealed class PostgresStatementTests(PostgresFixture fixture) : PostgresHarness(fixture)
{
    [Fact]
    public async Task Operations_OfOneKeyAndOfMany_AreOneStatementEach()
    {
        await Storage.ConnectAsync(Token);
        await SetAsync("warm", [1]);

        Assert.Equal(1, await CountAsync(() => GetAsync("a").AsTask()));
        Assert.Equal(1, await CountAsync(() => Storage.GetAsync([.. Enumerable.Range(0, 1_000).Select(i => Key($"{i}"))], Token).AsTask()));
        Assert.Equal(1, await CountAsync(() => Storage.SetAsync(Writes("b", 1_000), Token).AsTask()));
        Assert.Equal(1, await CountAsync(() => Storage.RemoveAsync([Key("b1"), Key("b2")], Token).AsTask()));
    }

    [Fact]
    public async Task Get_SeenBefore_IsPrepared()
    {
        for (var i = 0; i < 4; i++)
        {
            await GetAsync("a");
        }

        Assert.Contains("execute _auto", (await StatementsAsync())[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_MaxAutoPrepareIsZero_IsNotPrepared()
    {
        await using var storage = Make(connectionString: $"{Fixture.Server.ConnectionString};Max Auto Prepare=0");
        for (var i = 0; i < 4; i++)
        {
            await storage.GetAsync([Key("a")], Token);
        }

        Assert.Contains("execute <unnamed>", (await StatementsAsync())[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetMany_AHundredThousandRows_UsesTheIndex()
    {
        await Storage.ConnectAsync(Token);
        await Fixture.QueryAsync($"INSERT INTO {Table} SELECT sha256(i::text::bytea), '\\x01', NULL FROM generate_series(1, 100000) AS i");
        await Fixture.QueryAsync($"ANALYZE {Table}");
        await using var connection = await Fixture.OpenAsync();
        var sql = new PostgresStatements(Table, unlogged: true);
        await using var command = new Npgsql.NpgsqlCommand($"SET plan_cache_mode = force_generic_plan; PREPARE many (bytea[], bigint) AS {sql.GetMany}; EXPLAIN EXECUTE many (ARRAY['\\x01'::bytea], 0)", connection);

        var plan = (string)(await command.ExecuteScalarAsync(Token))!; // Not null: a plan.

        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
    }

    private async Task<int> CountAsync(Func<Task> operation)
    {
        var before = (await StatementsAsync()).Count;
        await operation();
        return (await StatementsAsync()).Count - before;
    }

    private async Task<IReadOnlyList<string>> StatementsAsync() =>
        [.. (await Fixture.StatementsAsync()).Where(line => line.Contains(Table, StringComparison.Ordinal))];
}
