using Cacheme.Sql;
using Cacheme.Storage;
using Cacheme.Testing;
using Npgsql;

namespace Cacheme.Postgres.Tests;

/// <summary>The log of invalidations: what is PostgreSQL's own about it.</summary>
/// <param name="fixture">The server.</param>
[Collection<PostgresSetup>]
public sealed class PostgresLogTests(PostgresFixture fixture) : PostgresHarness(fixture)
{
    private static readonly byte[] Record = [1];

    // Whoever stopped between two of them would hold up all others.
    [Fact]
    public async Task Append_IsOneStatement()
    {
        var log = Open(Storage, records: 1_000);
        await log.AppendAsync(Record, Token);
        var before = (await Fixture.StatementsAsync()).Count;

        await log.AppendAsync(Record, Token);

        Assert.Equal(before + 1, (await Fixture.StatementsAsync()).Count);
    }

    // Numbers must become visible in their own order, or a reader would pass over one.
    [Fact]
    public async Task Append_AnotherIsNotCommittedYet_WaitsAndComesBehindIt()
    {
        var log = Open(Storage);
        var number = await log.AppendAsync(Record, Token);
        await using var holder = await Fixture.OpenAsync();
        await using var transaction = await holder.BeginTransactionAsync(Token);
        await using var held = new NpgsqlCommand(new PostgresStatements(Table, unlogged: true).Append, holder);
        foreach (var value in (object[])[new LogKeys("log").Head, LogKeys.Encode(1), Record, "nobody"])
        {
            held.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await held.ExecuteNonQueryAsync(Token);
        var appending = log.AppendAsync(Record, Token).AsTask();
        await Eventually.HoldsAsync(async () =>
            await Fixture.QueryAsync("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'Cacheme' AND wait_event_type = 'Lock'") is 1L);
        Assert.Equal(number, (await log.ReadLastAsync(Token))!.Value.Sequence); // Not null: there is one.
        await transaction.CommitAsync(Token);

        Assert.Equal(number + 2, await appending);
        Assert.Equal([number, number + 1, number + 2], (await log.ReadAsync(0, 10, Token)).Select(record => record.Sequence));
    }

    [Fact]
    public async Task Append_NumbersAreLarge_CountsByOne()
    {
        const long Large = (1L << 60) + 1;
        await Storage.ConnectAsync(Token);
        await Fixture.QueryAsync($"INSERT INTO {Table} (key, value) VALUES ('\\x{Convert.ToHexString(new LogKeys("log").Head)}', int8send({Large}))");

        Assert.Equal(Large + 1, await Open(Storage).AppendAsync(Record, Token));
    }

    [Fact]
    public async Task Read_AHundredThousandRows_UsesTheIndex()
    {
        await Storage.ConnectAsync(Token);
        await Fixture.QueryAsync($"INSERT INTO {Table} SELECT sha256(i::text::bytea), '\\x01', NULL FROM generate_series(1, 100000) AS i");
        await Fixture.QueryAsync($"ANALYZE {Table}");
        await using var connection = await Fixture.OpenAsync();
        var sql = new PostgresStatements(Table, unlogged: true);
        await using var command = new NpgsqlCommand(
            $"SET plan_cache_mode = force_generic_plan; PREPARE page (bytea, bytea, bigint) AS {sql.GetRange}; EXPLAIN EXECUTE page ('\\x01', '\\x02', 256)", connection);

        var plan = (string)(await command.ExecuteScalarAsync(Token))!; // Not null: a plan.

        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Listen_ItsConnectionIsTerminated_IsMadeAgainAndWakes()
    {
        var log = Open(Storage);
        var told = new Counter();
        await using var listening = log.Listen(told.Add);
        await told.RisesAsync(from: 0);
        var before = told.Value;

        Assert.True((bool)(await Fixture.QueryAsync($"SELECT bool_and(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE {IsListening}"))!); // Not null: there is one.
        await Eventually.HoldsAsync(async () =>
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            return await ListenersAsync() == 1;
        });
        await told.RisesAsync(before);

        before = told.Value;
        await log.AppendAsync(Record, Token);
        await told.RisesAsync(before);
    }

    [Fact]
    public async Task Listen_ThePoolHasOneConnection_LeavesItToOthers()
    {
        await using var storage = Make(options => options.PoolSize = 1);
        var log = Open(storage);
        var told = new Counter();
        await using var listening = log.Listen(told.Add);
        await told.RisesAsync(from: 0);
        var before = told.Value;

        await log.AppendAsync(Record, Token).AsTask().WaitAsync(Patience.Limit, Token);

        await told.RisesAsync(before);
    }

    [Fact]
    public async Task Listen_OverADataSourceOfTheApplications_KnowsItsPassword()
    {
        await using var source = NpgsqlDataSource.Create($"{Fixture.Server.ConnectionString};Application Name=Cacheme;Maximum Pool Size=1");
        await using var storage = new PostgresStorage(
            new Microsoft.Extensions.DependencyInjection.ServiceCollection().BuildServices(), () => source, ownsDataSource: false, new PostgresStorageOptions { Table = Table });
        var told = new Counter();
        await using var listening = Open(storage).Listen(told.Add);
        await told.RisesAsync(from: 0);
        var before = told.Value;

        await Open(storage).AppendAsync(Record, Token);

        await told.RisesAsync(before);
    }

    [Fact]
    public async Task Listen_OneOfSeveralHostsIsDown_ListensToTheOther()
    {
        var several = new NpgsqlConnectionStringBuilder(Fixture.Server.ConnectionString)
        {
            Host = $"127.0.0.1:1,127.0.0.1:{Fixture.Server.Port}",
            TargetSessionAttributes = "primary",
        };
        await using var storage = Make(connectionString: several.ToString());
        var told = new Counter();

        await using var listening = Open(storage).Listen(told.Add);

        await told.RisesAsync(from: 0);
    }

    [Fact]
    public async Task Listen_RecordsOfAnotherLogOrTable_WakeNobody()
    {
        var log = Open(Storage);
        var told = new Counter();
        await using var listening = log.Listen(told.Add);
        await told.RisesAsync(from: 0);
        var before = told.Value;
        await using var elsewhere = Make(options => options.Table = $"{Table}_2");

        await Open(Storage, "other").AppendAsync(Record, Token);
        await Open(elsewhere).AppendAsync(Record, Token);
        await log.AppendAsync(Record, Token);

        // Notifications come in the order of the commits.
        await told.RisesAsync(before);
        Assert.Equal(before + 1, told.Value);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Dispose_WhileListening_ClosesTheConnection(bool storageFirst)
    {
        var storage = Make();
        var told = new Counter();
        var listening = Open(storage).Listen(told.Add);
        await told.RisesAsync(from: 0);
        Assert.Equal(1, await ListenersAsync());

        await (storageFirst ? storage.DisposeAsync() : listening.DisposeAsync());

        await Eventually.HoldsAsync(async () => await ListenersAsync() == 0);
        await listening.DisposeAsync();
        await storage.DisposeAsync();
    }

    private const string IsListening = "application_name = 'Cacheme' AND query LIKE 'LISTEN%'";

    private async Task<long> ListenersAsync() => (long)(await Fixture.QueryAsync($"SELECT count(*) FROM pg_stat_activity WHERE {IsListening}"))!; // Not null: a count.

    private static IInvalidationLog Open(IStorage storage, string name = "log", int records = 100) =>
        storage.OpenInvalidationLog(name, records)!; // Not null: PostgreSQL has one.
}
