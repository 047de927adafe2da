using Cacheme.DependencyInjection;
using Cacheme.Sqlite;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds SQLite files as storages.</summary>
public static class SqliteCachemeBuilderExtensions
{
    /// <summary>Adds a table of an SQLite file as a storage; file, directory and table are made when they are missing.</summary>
    /// <remarks>
    /// The file belongs to one machine: several processes may share it, over a network drive they may not. Of the connection
    /// string <c>Pooling</c>, <c>Cache</c> and <c>Default Timeout</c> do not count, and a relative path begins at the current
    /// directory. A connection string that names no file, or a read-only one, fails when the host starts.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The storage's name.</param>
    /// <param name="connectionString">The connection string of Microsoft.Data.Sqlite, for example <c>Data Source=cacheme.db</c>.</param>
    /// <param name="configure">How the file is used.</param>
    public static CachemeBuilder AddSqlite(
        this CachemeBuilder builder, string name, string connectionString, Action<SqliteStorageOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(connectionString);
        return builder.AddStorage(name, services =>
        {
            var options = new SqliteStorageOptions();
            configure?.Invoke(options);
            return SqliteStorage.Create(services, connectionString, options);
        });
    }
}
