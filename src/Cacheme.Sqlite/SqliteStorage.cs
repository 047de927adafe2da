using Cacheme.Sql;
using Cacheme.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cacheme.Sqlite;

/// <summary>A table of an SQLite file as a storage: several reads at once, one write.</summary>
/// <remarks>
/// SQLite blocks the thread that calls it, so every operation runs on a thread of the pool, after a wait in one of two lanes
/// that blocks nobody.
/// </remarks>
internal sealed class SqliteStorage : IStorage
{
    private readonly TimeProvider _time;
    private readonly SessionPool _sessions;
    private readonly Lane _reads;
    private readonly Lane _writes;
    private readonly SqlSweeper _sweeper;
    private readonly Lock _disposing = new();
    private Task? _disposed;

    public SqliteStorage(string connectionString, SqliteStorageOptions options, TimeProvider time, ILogger logger)
    {
        options.Validate();
        _time = time;
        var file = new DatabaseFile(connectionString, options);
        _sessions = new SessionPool(file, new Statements(options.Table), logger);
        _reads = new Lane(options.Readers, options.MaxQueued);
        _writes = new Lane(1, options.MaxQueued);
        Leases = new SqliteLeases((change, token) => RunAsync(_writes, change, token), () => Now);
        Lifetimes = new SqliteLifetimes((change, token) => RunAsync(_writes, change, token), () => Now);
        var sweep = new FileSweep(_writes, _sessions, options.SweepBatchSize, time);
        _sweeper = new SqlSweeper(file.FullPath, options, time, logger, sweep.RunAsync);
    }

    public static SqliteStorage Create(IServiceProvider services, string connectionString, SqliteStorageOptions options) => new(
        connectionString,
        options,
        services.GetService<TimeProvider>() ?? TimeProvider.System,
        services.GetService<ILoggerFactory>()?.CreateLogger<SqliteStorage>() ?? NullLogger<SqliteStorage>.Instance);

    private long Now => SqlExpiry.Now(_time);

    public bool BatchesReads => true;

    public async ValueTask ConnectAsync(CancellationToken cancellationToken) =>
        await RunAsync(_writes, static _ => true, cancellationToken).ConfigureAwait(false);

    public async ValueTask<IReadOnlyList<StoredValue>> GetAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        await RunAsync(_reads, session => session.Get(keys, Now), cancellationToken).ConfigureAwait(false);

    public async ValueTask SetAsync(IReadOnlyList<StorageWrite> writes, CancellationToken cancellationToken) =>
        await RunAsync(_writes, session => session.Set(writes, Now), cancellationToken).ConfigureAwait(false);

    public async ValueTask RemoveAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        await RunAsync(_writes, session => session.Remove(keys), cancellationToken).ConfigureAwait(false);

    public IStorageLeases Leases { get; }

    public IStorageLifetimes Lifetimes { get; }

    public IInvalidationLog OpenInvalidationLog(string name, int records) => new SqliteInvalidationLog(
        (append, token) => RunAsync(_writes, append, token), (read, token) => RunAsync(_reads, read, token), new LogKeys(name), records, () => Now);

    public async ValueTask DisposeAsync()
    {
        Task disposed;
        lock (_disposing)
        {
            disposed = _disposed ??= Task.Run(CloseAsync);
        }

        await disposed.ConfigureAwait(false);
    }

    private ValueTask<T> RunAsync<T>(Lane lane, Func<Session, T> work, CancellationToken cancellationToken) =>
        lane.RunAsync(() => _sessions.Use(work), cancellationToken);

    private async Task CloseAsync()
    {
        await _sweeper.DisposeAsync().ConfigureAwait(false);
        await _reads.DisposeAsync().ConfigureAwait(false);
        await _writes.DisposeAsync().ConfigureAwait(false);
        _sessions.Dispose();
    }
}
