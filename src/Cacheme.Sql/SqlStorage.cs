using System.Data.Common;
using Cacheme.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cacheme.Sql;

/// <summary>A table of a database as a storage, over the driver's pool of connections. Each database's storage derives from it.</summary>
/// <remarks>
/// Every operation is one statement on one connection; a batch of more than 1,000 keys, or of more bytes than the dialect wants
/// in one statement, is several. What fails for a dead connection, a deadlock or a missing table is tried again. A key that is
/// too long for the table is never there, and only to write it fails; what else was to be written is written before that.
/// </remarks>
public abstract class SqlStorage : IStorage
{
    private readonly SqlConnections _connections;
    private readonly SqlDialect _dialect;
    private readonly TimeProvider _time;
    private readonly SqlSweeper _sweeper;

    /// <summary>Makes a storage that connects at its first use, with the clock and the log of the services.</summary>
    /// <param name="services">The services.</param>
    /// <param name="dataSource">Gives the pool of connections. Where the storage owns it each call gives another one: when connections hang, a new pool takes the place of theirs.</param>
    /// <param name="ownsDataSource">Whether the storage disposes what it was given.</param>
    /// <param name="dialect">How the database is spoken to.</param>
    /// <param name="options">How the table is used.</param>
    /// <exception cref="ArgumentException">An option does not fit.</exception>
    protected SqlStorage(IServiceProvider services, Func<DbDataSource> dataSource, bool ownsDataSource, SqlDialect dialect, SqlStorageOptions options)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(dataSource);
        ArgumentNullException.ThrowIfNull(dialect);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _dialect = dialect;
        _time = services.GetService<TimeProvider>() ?? TimeProvider.System;
        _connections = new SqlConnections(dataSource, ownsDataSource, dialect, _time);
        Leases = new SqlLeases(_connections, dialect, _time);
        Lifetimes = new SqlLifetimes(_connections, dialect, _time);
        var batchSize = options.SweepBatchSize;
        var logger = services.GetService<ILoggerFactory>()?.CreateLogger(GetType()) ?? NullLogger.Instance;
        _sweeper = new SqlSweeper($"the table {options.Table}", options, _time, logger, stop => SweepAsync(batchSize, stop));
    }

    /// <inheritdoc/>
    public bool BatchesReads => true;

    /// <inheritdoc/>
    public ValueTask ConnectAsync(CancellationToken cancellationToken) => _connections.ConnectAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoredValue>> GetAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var now = SqlExpiry.Now(_time);
        return keys.Count == 1
            ? _connections.RunAsync((_dialect, SqlKey.Encode(keys[0]), now), SqlCommands.GetAsync, cancellationToken)
            : _connections.RunAsync((_dialect, EncodeAll(keys), now), SqlCommands.GetManyAsync, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask SetAsync(IReadOnlyList<StorageWrite> writes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(writes);
        var now = SqlExpiry.Now(_time);
        var rows = new SqlRow[writes.Count];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = new SqlRow(SqlKey.Encode(writes[i].Key), writes[i].Value, SqlExpiry.At(now, writes[i].TimeToLive));
        }

        return WriteAsync((_dialect, rows), SqlCommands.SetAsync, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask RemoveAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return WriteAsync((_dialect, EncodeAll(keys)), SqlCommands.RemoveAsync, cancellationToken);
    }

    /// <inheritdoc/>
    public IStorageLeases Leases { get; }

    /// <inheritdoc/>
    public IStorageLifetimes Lifetimes { get; }

    /// <inheritdoc/>
    public IInvalidationLog OpenInvalidationLog(string name, int records) => new SqlInvalidationLog(_connections, _dialect, name, records, _time);

    /// <summary>Stops the sweeps and closes what it owns. Waits for the server two seconds at most.</summary>
    public async ValueTask DisposeAsync()
    {
        await _sweeper.DisposeAsync().ConfigureAwait(false);
        await _connections.DisposeAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    private async ValueTask WriteAsync<TState>(TState state, Func<DbConnection, TState, ValueTask<int>> work, CancellationToken cancellationToken) =>
        await _connections.RunAsync(state, work, cancellationToken).ConfigureAwait(false);

    private async ValueTask<long> SweepAsync(int batchSize, CancellationToken stop) =>
        await SqlSweeper.InBatchesAsync(
            batchSize,
            () => _connections.RunAsync(
                (_dialect, Now: SqlExpiry.Now(_time), batchSize),
                static (connection, sweep) => sweep._dialect.SweepAsync(connection, sweep.Now, sweep.batchSize),
                stop)).ConfigureAwait(false);

    private static byte[][] EncodeAll(IReadOnlyList<string> keys)
    {
        var encoded = new byte[keys.Count][];
        for (var i = 0; i < encoded.Length; i++)
        {
            encoded[i] = SqlKey.Encode(keys[i]);
        }

        return encoded;
    }
}
