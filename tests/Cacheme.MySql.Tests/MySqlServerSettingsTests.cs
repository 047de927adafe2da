using Cacheme.Servers;
using Cacheme.Sql;
using Cacheme.Storage;

namespace Cacheme.MySql.Tests;

/// <summary>What a server may be set to that a storage has to know of.</summary>
/// <param name="fixture">The server.</param>
[Collection<MySqlSetup>]
public sealed class MySqlServerSettingsTests(MariaDbFixture fixture) : MySqlHarness(fixture)
{
    [Fact]
    public async Task Connect_AutocommitIsOff_RefusesWithTheCure()
    {
        await using var server = await MariaDbServer.StartAsync("--autocommit=0");
        await using var storage = Make(connectionString: server.ConnectionString);

        var failure = await Assert.ThrowsAsync<SqlStorageException>(async () => await storage.SetAsync([Write("a", [1])], Token));

        Assert.Contains("autocommit=1", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_ATableDiffersInCaseOnly_MakesItsOwn()
    {
        await Fixture.QueryAsync($"CREATE TABLE {Table.ToUpperInvariant()} (other INT)");

        await SetAsync("a", [1]);

        Assert.Equal([1], Bytes(await GetAsync("a")));
    }

    [Fact]
    public async Task Set_FirstOperationOnATableOfShortKeys_RefusesWhatTheServerWouldCut()
    {
        await Fixture.QueryAsync($"CREATE TABLE {Table} (`key` VARBINARY(16) NOT NULL PRIMARY KEY, value LONGBLOB NOT NULL, expires_at BIGINT NULL)");

        await Assert.ThrowsAsync<ArgumentException>(async () => await Storage.SetAsync([new StorageWrite("0123456789abcdefg", new byte[] { 1 }, null)], Token));

        Assert.False(Assert.Single(await Storage.GetAsync(["0123456789abcdef"], Token)).Exists);
    }

    [Fact]
    public async Task Operations_LongKeysAmongAThousandShortOnes_FitIntoTheSmallestPacket()
    {
        await using var server = await MariaDbServer.StartAsync("--max-allowed-packet=1M");
        await using var storage = Make(connectionString: server.ConnectionString);
        string[] keys = [.. Enumerable.Range(0, 600).Select(i => Key($"{i}") + new string('k', i % 2 == 0 ? 3_000 : 0))];

        await storage.SetAsync([.. keys.Select(key => new StorageWrite(key, new byte[] { 1 }, null))], Token);
        Assert.All(await storage.GetAsync(keys, Token), value => Assert.True(value.Exists));
        await storage.RemoveAsync(keys, Token);

        Assert.All(await storage.GetAsync(keys, Token), value => Assert.False(value.Exists));
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
