using Cacheme.Sql;

namespace Cacheme.MySql;

/// <summary>How a storage uses MySQL or MariaDB.</summary>
public sealed class MySqlStorageOptions : SqlStorageOptions
{
    /// <summary>How many connections are open at most. Default: the connection string's <c>Maximum Pool Size</c>, which is 50 unless said.</summary>
    /// <remarks>It does not count where the application brings its own data source.</remarks>
    public int? PoolSize { get; set; }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        ValidatePoolSize(PoolSize, nameof(PoolSize));
    }
}
