using System.Data.Common;
using MySqlConnector;

namespace Cacheme.MySql;

/// <summary>The driver's pool for a connection string. Unlike that of the driver's own data source it can be cleared.</summary>
internal sealed class MySqlPool(string connectionString) : DbDataSource
{
    private bool _disposed;

    public override string ConnectionString => connectionString;

    protected override DbConnection CreateDbConnection()
    {
        ObjectDisposedException.ThrowIf(_disposed, typeof(MySqlStorage));
        return new MySqlConnection(connectionString);
    }

    protected override async ValueTask DisposeAsyncCore()
    {
        _disposed = true;
        var connection = new MySqlConnection(connectionString);
        await using var close = connection.ConfigureAwait(false);

        // Those that are in use are closed when they come back.
        await MySqlConnection.ClearPoolAsync(connection, CancellationToken.None).ConfigureAwait(false);
        await base.DisposeAsyncCore().ConfigureAwait(false);
    }
}
