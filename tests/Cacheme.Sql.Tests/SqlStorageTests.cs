using Cacheme.Storage;
using Cacheme.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cacheme.Sql.Tests;

public sealed class SqlStorageTests : StorageHarness
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cacheme-");
    private readonly FileDialect _dialect = new("cache");
    private readonly LogRecorder _log = new();

    private string ConnectionString => $"Data Source={Path.Combine(_folder.FullName, "cache.db")};Pooling=false";

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _log.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Dialect_OfAnAuthor_ReadsWritesAndRemoves()
    {
        await Storage.SetAsync([Write("a", [1]), Write("b", [2]), Write("c", [3], TimeSpan.FromMinutes(1)), Write("a", [4])], Token);
        await Storage.RemoveAsync([Key("b"), Key("never")], Token);
        await ElapseAsync(TimeSpan.FromMinutes(1));

        var values = await Storage.GetAsync([Key("c"), Key("a"), Key("b"), Key("a")], Token);

        Assert.Equal([false, true, false, true], values.Select(value => value.Exists));
        Assert.Equal([4], Bytes(await GetAsync("a")));
    }

    [Fact]
    public async Task Get_OneConnectionIsDead_DiscardsThePoolAndTriesAgain()
    {
        await SetAsync("a", [1]);
        _dialect.Before = statement => statement == 2 ? throw new LostException() : ValueTask.CompletedTask;

        Assert.Equal([1], Bytes(await GetAsync("a")));
        Assert.Equal(1, _dialect.Discarded);
    }

    [Fact]
    public async Task Get_EveryConnectionIsDead_GivesUp()
    {
        var tried = 0;
        _dialect.Before = _ =>
        {
            tried++;
            throw new LostException();
        };

        await Assert.ThrowsAsync<SqlStorageException>(() => GetAsync("a").AsTask());
        Assert.Equal(2, tried);
    }

    [Fact]
    public async Task Set_DeadlockOnDeadlock_TriesTenTimesMore()
    {
        var tried = 0;
        _dialect.Before = _ =>
        {
            tried++;
            throw new SqliteException("busy", 5);
        };

        await Assert.ThrowsAsync<SqlStorageException>(() => SetAsync("a", [1]).AsTask());
        Assert.Equal(11, tried);
    }

    [Fact]
    public async Task Set_DeadlockAfterTheCallerLeft_IsNotTriedAgain()
    {
        var tried = 0;
        using var leaving = new CancellationTokenSource();
        _dialect.Before = async _ =>
        {
            tried++;
            await leaving.CancelAsync();
            throw new SqliteException("busy", 5);
        };

        await Assert.ThrowsAnyAsync<Exception>(() => Storage.SetAsync([Write("a", [1])], leaving.Token).AsTask());
        Assert.Equal(1, tried);
    }

    [Fact]
    public async Task Get_TableWasDropped_MakesItAgain()
    {
        await SetAsync("a", [1]);
        await ExecuteAsync("DROP TABLE cache");

        Assert.False((await GetAsync("a")).Exists);
        await SetAsync("a", [2]);
        Assert.Equal([2], Bytes(await GetAsync("a")));
    }

    [Fact]
    public async Task Keys_TooLongForTheTable_AreNeverThereAndOnlyTheirWriteFails()
    {
        var tooLong = new string('k', 1_001);
        await SetAsync("a", [1]);

        Assert.False(Assert.Single(await Storage.GetAsync([tooLong], Token)).Exists);
        Assert.Equal([false, true], (await Storage.GetAsync([tooLong, Key("a")], Token)).Select(value => value.Exists));
        await Storage.RemoveAsync([tooLong], Token);
        await Storage.RemoveAsync([tooLong, Key("a")], Token);
        Assert.False((await GetAsync("a")).Exists);
        await Assert.ThrowsAsync<ArgumentException>(() => Storage.SetAsync([new StorageWrite(tooLong, default, null)], Token).AsTask());
        var failure = await Assert.ThrowsAsync<ArgumentException>(
            () => Storage.SetAsync([new StorageWrite(tooLong, default, null), Write("b", [2])], Token).AsTask());
        Assert.Equal([2], Bytes(await GetAsync("b")));
        Assert.Contains("1000", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("kkk", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_Broken_AreRefused() =>
        await Assert.ThrowsAsync<System.Text.EncoderFallbackException>(async () => await Storage.SetAsync([new StorageWrite("\ud800", default, null)], Token));

    [Fact]
    public async Task Get_ARowOfSomebodyElseHasNoValue_IsAbsent()
    {
        await ExecuteAsync($"CREATE TABLE cache (key BLOB PRIMARY KEY, value BLOB, expires_at INTEGER); INSERT INTO cache VALUES (CAST('{Key("a")}' AS BLOB), NULL, NULL)");

        Assert.False((await GetAsync("a")).Exists);
        Assert.Equal([false, false], (await Storage.GetAsync([Key("a"), Key("b")], Token)).Select(value => value.Exists));
    }

    [Fact]
    public async Task Set_OneRowIsTooLargeForTheDatabase_WritesTheOthersFirst()
    {
        var failure = await Assert.ThrowsAsync<SqlStorageException>(
            () => Storage.SetAsync([Write("a", [1]), Write("b", new byte[20_000]), Write("c", [3])], Token).AsTask());

        Assert.Equal("too large", failure.Message);
        Assert.Equal([true, false, true], (await Storage.GetAsync([Key("a"), Key("b"), Key("c")], Token)).Select(value => value.Exists));
    }

    [Fact]
    public async Task Set_MoreBytesThanOneStatementTakes_WritesThemAll()
    {
        await Storage.SetAsync([.. Enumerable.Range(0, 30).Select(i => Write($"{i}", new byte[i * 100]))], Token);

        var values = await Storage.GetAsync([.. Enumerable.Range(0, 30).Select(i => Key($"{i}"))], Token);

        Assert.Equal(Enumerable.Range(0, 30).Select(i => i * 100), values.Select(value => value.Bytes.Length));
    }

    [Fact]
    public async Task Dispose_AStatementHangs_ReturnsAllTheSame()
    {
        var gate = new Gate();
        _dialect.Before = _ => new ValueTask(gate.PassAsync(Token));
        var hanging = GetAsync("a").AsTask();
        await gate.Reached;

        await Storage.DisposeAsync().AsTask().WaitAsync(Patience.Limit, Token);

        Assert.False(hanging.IsCompleted);
        gate.Open();
        await hanging;
    }

    protected override ValueTask<IStorage> CreateAsync(TimeProvider time)
    {
        var services = new ServiceCollection().AddSingleton(time).AddLogging(logging => logging.AddProvider(_log)).BuildServiceProvider();
        return new(new FileStorage(services, () => SqliteFactory.Instance.CreateDataSource(ConnectionString), _dialect, new FileStorageOptions()));
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new SqliteConnection(ConnectionString);
        await connection.OpenAsync(Token);
        await using var command = new SqliteCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Token);
    }
}
