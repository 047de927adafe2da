using Cacheme.DependencyInjection;
using Cacheme.MySql;
using MySqlConnector;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds MySQL and MariaDB as storages of Cacheme.</summary>
public static class MySqlCachemeBuilderExtensions
{
    /// <summary>Adds a table of a MySQL or MariaDB database as a storage, with a pool of connections; the table is made when it is missing.</summary>
    /// <remarks>
    /// A connection string that does not read fails when the host starts; a server that is down does not stop the host. Unlike
    /// the driver's, unless the connection string says otherwise: <c>Maximum Pool Size=50</c>, <c>Connection Timeout=2</c>,
    /// <c>Default Command Timeout=30</c>, <c>Keep Alive=10</c>, <c>Connection Reset=false</c>, <c>Auto Enlist=false</c>.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The storage's name.</param>
    /// <param name="connectionString">The connection string of MySqlConnector: <c>Server=server;User ID=user;Password=...;Database=database</c>.</param>
    /// <param name="configure">How the table is used.</param>
    public static CachemeBuilder AddMySql(
        this CachemeBuilder builder, string name, string connectionString, Action<MySqlStorageOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(connectionString);
        return builder.AddStorage(
            name, services => MySqlStorage.Connecting(services, MySqlConfiguration.Parse(connectionString, Configured(configure))));
    }

    /// <summary>Adds a table of a MySQL or MariaDB database as a storage, over a data source that the application has already, and disposes itself.</summary>
    /// <remarks>
    /// The data source's own settings hold, and so <see cref="MySqlStorageOptions.PoolSize"/> does not count. For a cache set
    /// <c>Maximum Pool Size=50</c>, <c>Connection Timeout=2</c>, <c>Default Command Timeout=30</c>, <c>Keep Alive=10</c>,
    /// <c>Connection Reset=false</c> and <c>Auto Enlist=false</c> on it. A pool of the application's is not replaced: where its
    /// connections hang, they are away until the command timeout.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The storage's name.</param>
    /// <param name="dataSource">Gives the data source, when the host starts.</param>
    /// <param name="configure">How the table is used.</param>
    public static CachemeBuilder AddMySql(
        this CachemeBuilder builder, string name, Func<IServiceProvider, MySqlDataSource> dataSource, Action<MySqlStorageOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(dataSource);
        return builder.AddStorage(name, services => MySqlStorage.Over(services, dataSource(services), Configured(configure)));
    }

    private static MySqlStorageOptions Configured(Action<MySqlStorageOptions>? configure)
    {
        var options = new MySqlStorageOptions();
        configure?.Invoke(options);
        return options;
    }
}
