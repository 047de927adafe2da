using System.Data.Common;
using System.Net.Sockets;

namespace Cacheme.Sql;

/// <summary>Runs work on pooled connections, and tries again where another try can help.</summary>
/// <remarks>
/// The token ends the wait for a connection and the wait for the work, never a statement: the caller leaves, and the connection
/// goes back to the pool when the server has answered. Drivers cancel by another connection, blocking their thread for seconds
/// when the server is frozen.
/// </remarks>
internal sealed class SqlConnections : IAsyncDisposable
{
    // How long a process waits at its end for a server; not a time of the cache.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly DbDataSource _dataSource;
    private readonly bool _owned;
    private readonly SqlDialect _dialect;
    private readonly SqlTable _table;
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _disposing = new();
    private Task? _disposed;

    // This object itself is one of those that use the data source, until it is disposed.
    private int _users = 1;

    public SqlConnections(DbDataSource dataSource, bool owned, SqlDialect dialect)
    {
        _dataSource = dataSource;
        _owned = owned;
        _dialect = dialect;
        _table = new SqlTable(MakeTableAsync);
    }

    public bool IsDisposed => _disposed is not null;

    /// <summary>Looks at the table anew.</summary>
    public ValueTask ConnectAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(IsDisposed, typeof(SqlStorage));
        _table.Forget();
        return _table.ReadyAsync(cancellationToken);
    }

    /// <summary>Begins work, which goes on when nobody waits for it.</summary>
    /// <param name="state">What the work needs.</param>
    /// <param name="work">The work; it may be begun more than once.</param>
    /// <param name="cancellationToken">Ends it before it has a connection.</param>
    public Task<T> RunAsync<TState, T>(TState state, Func<DbConnection, TState, ValueTask<T>> work, CancellationToken cancellationToken) =>
        RunAsync(state, work, needsTable: true, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        Task disposed;
        lock (_disposing)
        {
            disposed = _disposed ??= CloseAsync();
        }

        await disposed.ConfigureAwait(false);
    }

    // One method and not one for each step: every asynchronous method on the way of a read costs it.
    private async Task<T> RunAsync<TState, T>(
        TState state, Func<DbConnection, TState, ValueTask<T>> work, bool needsTable, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(IsDisposed, typeof(SqlStorage));
        Interlocked.Increment(ref _users);
        try
        {
            if (needsTable && !_table.IsReady)
            {
                await _table.ReadyAsync(cancellationToken).ConfigureAwait(false);
            }

            for (var tries = default(SqlTries); ; )
            {
                var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
                await using var giveBack = connection.ConfigureAwait(false);
                try
                {
                    return await work(connection, state).ConfigureAwait(false);
                }
                catch (Exception failure) when (failure is DbException or SocketException or IOException and not SqlStorageException)
                {
                    var fault = Judge(failure, connection);
                    if (cancellationToken.IsCancellationRequested || !tries.MayTryAgain(fault, _dialect.StaleConnections))
                    {
                        throw Explain(failure);
                    }

                    await PrepareToTryAgainAsync(fault, connection, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            Leave();
        }
    }

    // What is not the driver's own word is the network's, and the driver has closed the connection.
    private SqlFault Judge(Exception failure, DbConnection connection) =>
        failure is DbException told ? _dialect.Judge(told, connection) : SqlFault.ConnectionLost;

    private SqlStorageException Explain(Exception failure) =>
        failure is DbException told ? _dialect.Explain(told) : new SqlStorageException("The connection to the database broke.", failure);

    private ValueTask<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var opening = _dataSource.OpenConnectionAsync(cancellationToken);
        return opening.IsCompletedSuccessfully ? opening : FinishOpeningAsync(opening, cancellationToken);
    }

    private async ValueTask<DbConnection> FinishOpeningAsync(ValueTask<DbConnection> opening, CancellationToken cancellationToken)
    {
        try
        {
            return await opening.ConfigureAwait(false);
        }
        catch (DbException failure)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw _dialect.Explain(failure);
        }
    }

    private async ValueTask PrepareToTryAgainAsync(SqlFault fault, DbConnection connection, CancellationToken cancellationToken)
    {
        if (fault == SqlFault.ConnectionLost)
        {
            await _dialect.DiscardPoolAsync(connection).ConfigureAwait(false);
        }
        else if (fault == SqlFault.TableMissing)
        {
            _table.Forget();
            await _table.ReadyAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<bool> MakeTableAsync() => RunAsync(
        _dialect,
        static async (connection, dialect) =>
        {
            await dialect.EnsureTableAsync(connection).ConfigureAwait(false);
            return true;
        },
        needsTable: false,
        CancellationToken.None);

    private void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            _idle.TrySetResult();
        }
    }

    private async Task CloseAsync()
    {
        Leave();

        // So that no connection is open when this has returned. One that hangs closes when its server answers.
        await _idle.Task.WaitAsync(Patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_owned)
        {
            await _dataSource.DisposeAsync().ConfigureAwait(false);
        }
    }
}
