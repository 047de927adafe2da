using Cacheme.Sql;
using MySqlConnector;

namespace Cacheme.MySql;

/// <summary>A table of a MySQL or MariaDB database as a storage.</summary>
internal sealed class MySqlStorage : SqlStorage
{
    // As many as the driver keeps unless told otherwise: the pool of a data source cannot be cleared, but each connection that
    // turns out to be dead leaves it.
    private const int StaleConnectionsOfADataSource = 100;

    private MySqlStorage(IServiceProvider services, Func<MySqlDataSource> connect, MySqlStorageOptions options)
        : base(services, connect, ownsDataSource: true, new MySqlDialect(options, staleConnections: 1), options)
    {
    }

    private MySqlStorage(IServiceProvider services, MySqlDataSource dataSource, MySqlStorageOptions options)
        : base(services, () => dataSource, ownsDataSource: false, new MySqlDialect(options, StaleConnectionsOfADataSource), options)
    {
    }

    /// <summary>A storage with a pool of connections of its own.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">Where, and how.</param>
    public static MySqlStorage Connecting(IServiceProvider services, MySqlConfiguration configuration) =>
        new(services, () => new MySqlDataSource(configuration.ConnectionString), configuration.Options);

    /// <summary>A storage over a data source that belongs to somebody else.</summary>
    /// <param name="services">The services.</param>
    /// <param name="dataSource">The data source.</param>
    /// <param name="options">How the table is used.</param>
    public static MySqlStorage Over(IServiceProvider services, MySqlDataSource dataSource, MySqlStorageOptions options) =>
        new(services, dataSource, options);
}
