namespace Cacheme.Sql;

/// <summary>Says whether a table that was found can serve as a storage, whoever made it.</summary>
/// <param name="table">Its name.</param>
/// <param name="keyType">The type that its keys should have.</param>
/// <param name="valueType">The type that its values should have.</param>
/// <param name="expiryType">The type that the times should have at which its rows expire.</param>
public sealed class SqlTableShape(string table, string keyType, string valueType, string expiryType)
{
    /// <summary>Throws where the table cannot serve.</summary>
    /// <param name="columns">Its columns, in any order.</param>
    /// <exception cref="SqlStorageException">A column is missing, has another type, or must be set although Cacheme does not know it.</exception>
    public void Check(IReadOnlyCollection<SqlColumn> columns)
    {
        if (!Find(columns, "key", keyType).IsUnique)
        {
            throw Foreign("its column 'key' is no primary key, nor unique by itself");
        }

        Find(columns, "value", valueType);
        if (Find(columns, "expires_at", expiryType).MustBeSet)
        {
            throw Foreign("its column 'expires_at' takes no NULL");
        }

        if (columns.FirstOrDefault(column => column.MustBeSet && column.Name.ToUpperInvariant() is not ("KEY" or "VALUE")) is { } strange)
        {
            throw Foreign($"its column '{strange.Name}' must be set, and Cacheme does not know it");
        }
    }

    private SqlColumn Find(IEnumerable<SqlColumn> columns, string name, string type)
    {
        var column = columns.FirstOrDefault(column => string.Equals(column.Name, name, StringComparison.OrdinalIgnoreCase))
            ?? throw Foreign($"it has no column '{name}' of the type {type}");
        return string.Equals(column.Type, type, StringComparison.OrdinalIgnoreCase)
            ? column
            : throw Foreign($"its column '{name}' has the type {column.Type} and not {type}");
    }

    private SqlStorageException Foreign(string why) =>
        new($"The table '{table}' is not one that Cacheme made: {why}. Give the storage another table's name, or drop this one.");
}
