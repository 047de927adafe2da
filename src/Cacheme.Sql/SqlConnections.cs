using System.Data.Common;
using System.Net.Sockets;

namespace Cacheme.Sql;

/// <summary>Runs work on pooled connections, and tries again where another try can help.</summary>
/// <remarks>
/// The token ends the wait for a connection and the wait for the work, never a statement: the caller leaves, and the connection
/// goes back to the pool when the server has answered. Drivers cancel by another connection, blocking their thread for seconds
/// when the server is frozen. A network may forget all connections without a word, and each then keeps its place in the pool
/// until the driver gives it up; so what stays unanswered after its caller has left costs the whole pool, and the next
/// operation finds another one.
/// </remarks>
internal sealed class SqlConnections : IAsyncDisposable
{
    // How long a process waits at its end for a server; not a time of the cache.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // A caller may leave for a reason of its own: only what then goes on for this long is the network's.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan TableLimit = TimeSpan.FromSeconds(3);

    private readonly Func<DbDataSource> _dataSource;
    private readonly bool _owned;
    private readonly SqlDialect _dialect;
    private readonly TimeProvider _time;
    private readonly SqlTable _table;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private volatile SqlPool _pool;
    private Task? _disposed;

    public SqlConnections(Func<DbDataSource> dataSource, bool owned, SqlDialect dialect, TimeProvider time)
    {
        _dataSource = dataSource;
        _owned = owned;
        _dialect = dialect;
        _time = time;
        _pool = new SqlPool(dataSource(), owned);
        _table = new SqlTable(MakeTableAsync);
    }

    public bool IsDisposed => _disposed is not null;

    /// <summary>Fires when the storage is disposed.</summary>
    public CancellationToken Closing => _closing.Token;

    /// <summary>The driver's pool, for who wants a connection beside it.</summary>
    public DbDataSource DataSource => _pool.DataSource;

    /// <summary>Looks at the table anew.</summary>
    public ValueTask ConnectAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(IsDisposed, typeof(SqlStorage));
        _table.Forget();
        return _table.ReadyAsync(cancellationToken);
    }

    /// <summary>Runs work, which goes on when the token ends the wait for it.</summary>
    /// <param name="state">What the work needs.</param>
    /// <param name="work">The work; it may be begun more than once.</param>
    /// <param name="cancellationToken">Ends the wait, and the work before it has a connection.</param>
    public ValueTask<T> RunAsync<TState, T>(TState state, Func<DbConnection, TState, ValueTask<T>> work, CancellationToken cancellationToken) =>
        RunOrLeaveAsync(state, work, needsTable: true, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        Task disposed;
        lock (_gate)
        {
            disposed = _disposed ??= _pool.CloseAsync(Patience);
        }

        await disposed.ConfigureAwait(false);
    }

    private async ValueTask<T> RunOrLeaveAsync<TState, T>(
        TState state, Func<DbConnection, TState, ValueTask<T>> work, bool needsTable, CancellationToken cancellationToken)
    {
        var pool = _pool;
        var running = TryAsync(state, work, needsTable, cancellationToken);
        try
        {
            return await running.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _ = SeeToEndAsync(running, pool);
            throw;
        }
    }

    // Nobody else will look at how it ends, and a fault that nobody looked at is reported as unobserved.
    private async Task SeeToEndAsync(Task left, SqlPool pool)
    {
        await left.WaitAsync(Grace, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!left.IsCompleted)
        {
            await ReplaceAsync(pool).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await left.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // One method and not one for each step: every asynchronous method on the way of a read costs it.
    private async Task<T> TryAsync<TState, T>(
        TState state, Func<DbConnection, TState, ValueTask<T>> work, bool needsTable, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (needsTable && !_table.IsReady)
        {
            ObjectDisposedException.ThrowIf(IsDisposed, typeof(SqlStorage));
            await _table.ReadyAsync(cancellationToken).ConfigureAwait(false);
        }

        for (var tries = default(SqlTries); ;)
        {
            SqlFault fault;
            var pool = Enter();
            try
            {
                var connection = await OpenAsync(pool, cancellationToken).ConfigureAwait(false);
                await using var giveBack = connection.ConfigureAwait(false);
                try
                {
                    return await work(connection, state).ConfigureAwait(false);
                }
                catch (Exception failure) when (failure is DbException or SocketException or IOException and not SqlStorageException)
                {
                    fault = Judge(failure, connection);
                    if (cancellationToken.IsCancellationRequested || !tries.MayTryAgain(fault, _dialect.StaleConnections))
                    {
                        throw Explain(failure);
                    }
                }
            }
            finally
            {
                pool.Leave();
            }

            // Without the connection, which making the table may need where it is the only one.
            await PrepareToTryAgainAsync(fault, pool, cancellationToken).ConfigureAwait(false);
        }
    }

    private SqlPool Enter()
    {
        while (true)
        {
            ObjectDisposedException.ThrowIf(IsDisposed, typeof(SqlStorage));
            var pool = _pool;
            if (pool.TryEnter())
            {
                return pool;
            }
        }
    }

    // What is not the driver's own word is the network's, and the driver has closed the connection.
    private SqlFault Judge(Exception failure, DbConnection connection) =>
        failure is DbException told ? _dialect.Judge(told, connection) : SqlFault.ConnectionLost;

    private SqlStorageException Explain(Exception failure) =>
        failure is DbException told ? _dialect.Explain(told) : new SqlStorageException("The connection to the database broke.", failure);

    private ValueTask<DbConnection> OpenAsync(SqlPool pool, CancellationToken cancellationToken)
    {
        var opening = pool.DataSource.OpenConnectionAsync(cancellationToken);
        return opening.IsCompletedSuccessfully ? opening : FinishOpeningAsync(pool, opening, cancellationToken);
    }

    private async ValueTask<DbConnection> FinishOpeningAsync(SqlPool pool, ValueTask<DbConnection> opening, CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        try
        {
            return await opening.ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is DbException or OperationCanceledException)
        {
            // The pool may be full of connections that hang, or the one that it found may.
            if (_time.GetElapsedTime(began) >= Grace)
            {
                await ReplaceAsync(pool).ConfigureAwait(false);
            }

            cancellationToken.ThrowIfCancellationRequested();
            throw failure is DbException told ? _dialect.Explain(told) : new SqlStorageException("No connection could be opened.", failure);
        }
    }

    private async ValueTask PrepareToTryAgainAsync(SqlFault fault, SqlPool pool, CancellationToken cancellationToken)
    {
        if (fault == SqlFault.ConnectionLost)
        {
            await ReplaceAsync(pool).ConfigureAwait(false);
        }
        else if (fault == SqlFault.TableMissing)
        {
            _table.Forget();
            await _table.ReadyAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Puts a new pool in the place of one whose connections are not to be trusted; of the many who ask for that the first does it.</summary>
    private async Task ReplaceAsync(SqlPool pool)
    {
        if (_owned)
        {
            lock (_gate)
            {
                if (IsDisposed || _pool != pool)
                {
                    return;
                }

                _pool = new SqlPool(_dataSource(), _owned);
            }

            _ = pool.CloseAsync(Timeout.InfiniteTimeSpan);
        }

        await _dialect.DiscardPoolAsync(pool.DataSource).ConfigureAwait(false);
    }

    private async Task MakeTableAsync()
    {
        using var limit = new CancellationTokenSource(TableLimit, _time);
        try
        {
            await RunOrLeaveAsync(
                _dialect,
                static async (connection, dialect) =>
                {
                    await dialect.EnsureTableAsync(connection).ConfigureAwait(false);
                    return true;
                },
                needsTable: false,
                limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException left)
        {
            throw new SqlStorageException($"The database did not say within {TableLimit.TotalSeconds:0} seconds whether the table is there.", left);
        }
    }
}
