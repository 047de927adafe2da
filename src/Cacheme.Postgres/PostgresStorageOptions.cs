using Cacheme.Sql;

namespace Cacheme.Postgres;

/// <summary>How a storage uses PostgreSQL.</summary>
public sealed class PostgresStorageOptions : SqlStorageOptions
{
    /// <summary>How many connections are open at most. Default: the connection string's <c>Maximum Pool Size</c>, which is 50 unless said.</summary>
    /// <remarks>It does not count where the application brings its own data source.</remarks>
    public int? PoolSize { get; set; }

    /// <summary>Whether the table is made unlogged: much cheaper writes, and a table that is empty after a crash of the server. Default: true.</summary>
    /// <remarks>An unlogged table is not replicated either. A table that is there already stays as it is.</remarks>
    public bool Unlogged { get; set; } = true;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        ValidatePoolSize(PoolSize, nameof(PoolSize));
    }
}
