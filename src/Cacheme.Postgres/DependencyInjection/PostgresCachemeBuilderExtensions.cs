using Cacheme.DependencyInjection;
using Cacheme.Postgres;
using Npgsql;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds PostgreSQL as a storage of Cacheme.</summary>
public static class PostgresCachemeBuilderExtensions
{
    /// <summary>Adds a table of a PostgreSQL database as a storage, with a pool of connections of its own; the table is made when it is missing.</summary>
    /// <remarks>
    /// A connection string that does not read fails when the host starts; a server that is down does not stop the host. Unlike
    /// the driver's, unless the connection string says otherwise: <c>Maximum Pool Size=50</c>, <c>Timeout=2</c>,
    /// <c>Command Timeout=30</c>, <c>Tcp Keepalive=true</c> after ten seconds of silence, <c>No Reset On Close=true</c>, <c>Max Auto Prepare=50</c>, <c>Auto Prepare Min Usages=2</c>,
    /// <c>Enlist=false</c>.
    /// <c>Include Error Detail</c> is always off, since details are keys.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The storage's name.</param>
    /// <param name="connectionString">The connection string of Npgsql: <c>Host=server;Username=user;Password=...;Database=database</c>.</param>
    /// <param name="configure">How the table is used.</param>
    public static CachemeBuilder AddPostgres(
        this CachemeBuilder builder, string name, string connectionString, Action<PostgresStorageOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(connectionString);
        return builder.AddStorage(
            name, services => PostgresStorage.Connecting(services, PostgresConfiguration.Parse(connectionString, Configured(configure))));
    }

    /// <summary>Adds a table of a PostgreSQL database as a storage, over a data source that the application has already, and disposes itself.</summary>
    /// <remarks>
    /// The data source's own settings hold, and so <see cref="PostgresStorageOptions.PoolSize"/> does not count. For a cache set
    /// <c>Maximum Pool Size=50</c>, <c>Timeout=2</c>, <c>Command Timeout=30</c>, <c>Tcp Keepalive=true</c>,
    /// <c>No Reset On Close=true</c>, <c>Max Auto Prepare=50</c>, <c>Auto Prepare Min Usages=2</c> and <c>Enlist=false</c> on it.
    /// A pool of the application's is cleared and never replaced: where its connections hang, they are away until the command timeout.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The storage's name.</param>
    /// <param name="dataSource">Gives the data source, when the host starts.</param>
    /// <param name="configure">How the table is used.</param>
    public static CachemeBuilder AddPostgres(
        this CachemeBuilder builder, string name, Func<IServiceProvider, NpgsqlDataSource> dataSource, Action<PostgresStorageOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(dataSource);
        return builder.AddStorage(
            name,
            services =>
            {
                var source = dataSource(services);
                return new PostgresStorage(services, () => source, ownsDataSource: false, Configured(configure));
            });
    }

    private static PostgresStorageOptions Configured(Action<PostgresStorageOptions>? configure)
    {
        var options = new PostgresStorageOptions();
        configure?.Invoke(options);
        return options;
    }
}
