using Cacheme.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Cacheme.Sqlite.Tests;

public sealed class SweeperTests : IAsyncDisposable
{
    private const int SweepFailed = 2, Swept = 3;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly TemporaryFile _file = new();
    private readonly EventLog _log = new();
    private readonly FakeTimeProvider _time = new();
    private readonly SqliteStorage _storage;

    public SweeperTests() =>
        _storage = new SqliteStorage(_file.ConnectionString, new SqliteStorageOptions { SweepBatchSize = 50 }, _time, _log);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _storage.DisposeAsync();
        _file.Dispose();
    }

    [Fact]
    public async Task Sweep_RowsHaveExpired_DeletesThoseInBatches()
    {
        await _storage.SetAsync(Writes("expired", 120, Interval / 2), Token);
        await _storage.SetAsync(Writes("alive", 10, Interval * 2), Token);
        await _storage.SetAsync(Writes("for ever", 10, null), Token);

        _time.Advance(Interval);

        Assert.Contains("120", await _log.NextAsync(Swept, Token), StringComparison.Ordinal);
        Assert.Equal(20L, _file.Query("SELECT count(*) FROM cacheme"));
    }

    [Fact]
    public async Task Sweep_MuchHasExpired_GivesTheSpaceBack()
    {
        await _storage.SetAsync([new StorageWrite("a", new byte[16 * 1024 * 1024], Interval / 2)], Token);
        var before = (long)_file.Query("PRAGMA page_count")!; // never null: a count

        _time.Advance(Interval);
        await _log.NextAsync(Swept, Token);

        Assert.InRange((long)_file.Query("PRAGMA page_count")!, 1, before / 100); // never null: a count
    }

    [Fact]
    public async Task Sweep_OneFails_TheNextStillComes()
    {
        await File.WriteAllTextAsync(_file.FullPath, new string('x', 8_192), Token);
        _time.Advance(Interval);
        await _log.NextAsync(SweepFailed, Token);
        _file.Delete();

        _time.Advance(Interval);

        await _log.NextAsync(Swept, Token);
    }

    [Fact]
    public async Task Sweep_FileWasDeleted_StorageMakesANewOne()
    {
        await _storage.SetAsync(Writes("a", 2, null), Token);
        await _storage.GetAsync(["a0"], Token);
        _file.Delete();

        _time.Advance(Interval);
        await _log.NextAsync(Swept, Token);

        Assert.False((await _storage.GetAsync(["a0"], Token))[0].Exists);
        await _storage.SetAsync(Writes("b", 2, null), Token);
        Assert.Equal(2L, _file.Query("SELECT count(*) FROM cacheme"));
    }

    [Fact]
    public async Task Dispose_SweepIsDue_SweepsNoMore()
    {
        await _storage.DisposeAsync();

        _time.Advance(Interval);

        Assert.Empty(_file.Names);
        Assert.Empty(_log.Of(Swept));
    }

    [Fact]
    public async Task Sweep_IntervalIsInfinite_NeverComes()
    {
        using var file = new TemporaryFile();
        var options = new SqliteStorageOptions { SweepInterval = Timeout.InfiniteTimeSpan };
        await using var storage = new SqliteStorage(file.ConnectionString, options, _time, _log);

        _time.Advance(TimeSpan.FromDays(1));

        Assert.Empty(file.Names);
    }

    private static StorageWrite[] Writes(string key, int count, TimeSpan? life) =>
        [.. Enumerable.Range(0, count).Select(i => new StorageWrite($"{key}{i}", new byte[] { 1 }, life))];
}
