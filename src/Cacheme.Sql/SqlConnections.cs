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
    public async Task<T> RunAsync<TState, T>(TState state, Func<DbConnection, TState, ValueTask<T>> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(IsDisposed, typeof(SqlStorage));
        Interlocked.Increment(ref _users);
        try
        {
            var ready = _table.ReadyAsync(cancellationToken);
            if (!ready.IsCompletedSuccessfully)
            {
                await ready.ConfigureAwait(false);
            }

            return await TryAsync(state, work, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Leave();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task disposed;
        lock (_disposing)
        {
            disposed = _disposed ??= CloseAsync();
        }

        await disposed.ConfigureAwait(false);
    }

    private async Task<T> TryAsync<TState, T>(TState state, Func<DbConnection, TState, ValueTask<T>> work, CancellationToken cancellationToken)
    {
        for (var tries = default(SqlTries); ; )
        {
            var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
            await using var giveBack = connection.ConfigureAwait(false);
            try
            {
                return await work(connection, state).ConfigureAwait(false);
            }
            catch (DbException failure)
            {
                var fault = _dialect.Judge(failure, connection);
                if (cancellationToken.IsCancellationRequested || !tries.MayTryAgain(fault, _dialect.StaleConnections))
                {
                    throw _dialect.Explain(failure);
                }

                await PrepareToTryAgainAsync(fault, connection, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is IOException and not SqlStorageException or SocketException)
            {
                // The driver's own words are those of the network, and it has closed the connection.
                if (cancellationToken.IsCancellationRequested || !tries.MayTryAgain(SqlFault.ConnectionLost, _dialect.StaleConnections))
                {
                    throw new SqlStorageException("The connection to the database broke.", failure);
                }

                await PrepareToTryAgainAsync(SqlFault.ConnectionLost, connection, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
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

    private async Task MakeTableAsync() => await TryAsync(
        _dialect,
        static async (connection, dialect) =>
        {
            await dialect.EnsureTableAsync(connection).ConfigureAwait(false);
            return true;
        },
        CancellationToken.None).ConfigureAwait(false);

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
