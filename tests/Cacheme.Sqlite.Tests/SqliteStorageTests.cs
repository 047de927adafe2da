using System.Reflection;
using Cacheme.DependencyInjection;
using Cacheme.Storage;
using Cacheme.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cacheme.Sqlite.Tests;

public sealed class SqliteStorageTests : StorageHarness
{
    private readonly TemporaryFile _file = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _file.Dispose();
    }

    [Fact]
    public async Task Connect_NewFile_UsesAWriteAheadLogAndIncrementalVacuum()
    {
        await Storage.ConnectAsync(Token);

        Assert.Equal("wal", _file.Query("PRAGMA journal_mode"));
        Assert.Equal(2L, _file.Query("PRAGMA auto_vacuum"));
    }

    [Fact]
    public async Task Get_FileWasClosedAndOpenedAgain_ReturnsTheBytes()
    {
        await SetAsync("a", [1, 2, 3], TimeSpan.FromHours(1));
        await Storage.DisposeAsync();

        await using var again = Make();
        var values = await again.GetAsync([Key("a")], Token);

        Assert.Equal([1, 2, 3], Bytes(values[0]));
    }

    [Fact]
    public async Task Dispose_AfterWrites_LeavesOneFileUnlocked()
    {
        await SetAsync("a", [1]);
        await GetAsync("a");

        await Storage.DisposeAsync();

        Assert.Equal(["cache.db"], _file.Names);
        Assert.Equal("delete", _file.Query("PRAGMA journal_mode = DELETE"));
    }

    [Fact]
    public async Task TwoStorages_OneFile_SeeEachOthersWrites()
    {
        await using var other = Make(new SqliteStorageOptions { BusyTimeout = TimeSpan.FromMinutes(1) });

        await Task.WhenAll(new[] { Storage, other }.Select((storage, which) => Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++)
            {
                await storage.SetAsync([Write($"{which}:{i}", [(byte)i]), Write("shared", [(byte)which])], Token);
            }
        })));

        string[] keys = [.. Enumerable.Range(0, 200).SelectMany(i => new[] { Key($"0:{i}"), Key($"1:{i}") })];
        Assert.All(await Storage.GetAsync(keys, Token), value => Assert.True(value.Exists));
        Assert.All(await other.GetAsync(keys, Token), value => Assert.True(value.Exists));
        await other.RemoveAsync(keys, Token);
        Assert.All(await Storage.GetAsync(keys, Token), value => Assert.False(value.Exists));
    }

    [Fact]
    public async Task TwoTables_OneFile_AreTwoStorages()
    {
        await using var other = Make(new SqliteStorageOptions { Table = "order" });
        await SetAsync("a", [1]);

        await other.SetAsync([Write("a", [2])], Token);

        Assert.Equal([1], Bytes(await GetAsync("a")));
    }

    [Fact]
    public async Task Set_OneOfTheBatchCannotBeWritten_WritesNone()
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Storage.SetAsync([Write("a", [1]), Write("\ud800", [2])], Token));

        Assert.False((await GetAsync("a")).Exists);
        await Storage.SetAsync([Write("a", [1]), Write("b", [2])], Token);
        Assert.True((await GetAsync("b")).Exists);
    }

    [Fact]
    public async Task Set_WhileAnotherProcessWrites_DoesNotBlockTheCallerOrTheReaders()
    {
        await SetAsync("a", [1]);
        using var holder = Hold();

        var set = SetAsync("a", [2]).AsTask();

        Assert.Equal([1], Bytes(await GetAsync("a")));
        Assert.False(set.IsCompleted);
        holder.Run("ROLLBACK");
        await set;
        Assert.Equal([2], Bytes(await GetAsync("a")));
    }

    [Fact]
    public async Task Get_OpensTheFileWhileAnotherProcessWrites_DoesNotWait()
    {
        await SetAsync("a", [1]);
        using var holder = Hold();
        await using var late = Make(new SqliteStorageOptions { BusyTimeout = TimeSpan.Zero });

        var values = await late.GetAsync([Key("a")], Token);

        Assert.Equal([1], Bytes(values[0]));
    }

    [Fact]
    public async Task Set_CancelledWhileItWaitsInTheQueue_IsNeverDone()
    {
        await Storage.ConnectAsync(Token);
        using var holder = Hold();
        using var leave = new CancellationTokenSource();
        var first = SetAsync("first", [1]).AsTask();
        var second = Storage.SetAsync([Write("second", [2])], leave.Token).AsTask();
        var third = SetAsync("third", [3]).AsTask();

        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.False(first.IsCompleted);
        holder.Run("ROLLBACK");
        await Task.WhenAll(first, third);
        Assert.False((await GetAsync("second")).Exists);
    }

    [Fact]
    public async Task Set_CancelledWhenItMayHaveBegun_IsDoneOrNot()
    {
        await Storage.ConnectAsync(Token);
        using var holder = Hold();
        using var leave = new CancellationTokenSource();
        var set = Storage.SetAsync([Write("a", [1])], leave.Token).AsTask();

        await leave.CancelAsync();

        // What has begun cannot be stopped, and is told as done.
        holder.Run("ROLLBACK");
        var outcome = await Record.ExceptionAsync(() => set);
        Assert.True(outcome is null or OperationCanceledException, outcome?.ToString());
        Assert.Equal(outcome is null, (await GetAsync("a")).Exists);
        await SetAsync("b", [2]);
        Assert.True((await GetAsync("b")).Exists);
    }

    [Fact]
    public async Task Set_FileIsHeldTooLong_ThrowsAndLaterWorks()
    {
        await using var impatient = Make(new SqliteStorageOptions { BusyTimeout = TimeSpan.Zero });
        await impatient.ConnectAsync(Token);
        using var holder = Hold();

        var exception = await Assert.ThrowsAsync<IOException>(async () => await impatient.SetAsync([Write("a", [1]), Write("b", [2])], Token));

        Assert.Contains(_file.FullPath, exception.Message, StringComparison.Ordinal);
        holder.Run("ROLLBACK");
        await impatient.SetAsync([Write("a", [1]), Write("b", [2])], Token);
    }

    [Fact]
    public async Task Create_ServicesHaveAClock_UsesIt()
    {
        await using var services = new ServiceCollection().AddSingleton<TimeProvider>(Time).BuildServiceProvider();
        await using var storage = SqliteStorage.Create(services, _file.ConnectionString, new SqliteStorageOptions());
        await storage.SetAsync([Write("a", [1], TimeSpan.FromDays(1))], Token);

        Time.Advance(TimeSpan.FromDays(1));

        Assert.False((await storage.GetAsync([Key("a")], Token))[0].Exists);
    }

    [Fact]
    public async Task Create_ServicesHaveNothing_Works()
    {
        await using var services = new ServiceCollection().BuildServiceProvider();
        await using var storage = SqliteStorage.Create(services, _file.ConnectionString, new SqliteStorageOptions());

        await storage.ConnectAsync(Token);
    }

    [Fact]
    public void Assembly_HasTheModule_SoThatAddCachemeFindsIt() =>
        Assert.IsType<SqliteModule>(typeof(SqliteModule).Assembly.GetCustomAttribute<CachemeModuleAttribute>());

    protected override ValueTask<IStorage> CreateAsync(TimeProvider time) =>
        ValueTask.FromResult<IStorage>(Make(new SqliteStorageOptions { BusyTimeout = TimeSpan.FromMinutes(1) }));

    private SqliteStorage Make(SqliteStorageOptions? options = null) =>
        new SqliteStorage(_file.ConnectionString, options ?? new SqliteStorageOptions(), Time, NullLogger.Instance);

    /// <summary>Another process's transaction that writes.</summary>
    private SqliteConnection Hold()
    {
        var holder = _file.Open();
        holder.Run("BEGIN IMMEDIATE");
        return holder;
    }
}
