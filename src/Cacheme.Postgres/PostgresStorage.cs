using Cacheme.Sql;
using Npgsql;

namespace Cacheme.Postgres;

/// <summary>A table of a PostgreSQL database as a storage.</summary>
internal sealed class PostgresStorage(IServiceProvider services, Func<NpgsqlDataSource> dataSource, bool ownsDataSource, PostgresStorageOptions options)
    : SqlStorage(services, dataSource, ownsDataSource, new PostgresDialect(options), options)
{
    /// <summary>A storage with a pool of connections of its own.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">Where, and how.</param>
    public static PostgresStorage Connecting(IServiceProvider services, PostgresConfiguration configuration) =>
        new(services, () => NpgsqlDataSource.Create(configuration.ConnectionString), ownsDataSource: true, configuration.Options);
}
