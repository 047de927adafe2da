namespace Cacheme.Sql;

/// <summary>A column of a table that was found.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type as the database calls it, without a length.</param>
/// <param name="MustBeSet">Whether it takes no NULL and has no default.</param>
/// <param name="IsUnique">Whether it is a primary key or unique by itself.</param>
public sealed record SqlColumn(string Name, string Type, bool MustBeSet, bool IsUnique);
