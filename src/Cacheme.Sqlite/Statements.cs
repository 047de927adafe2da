namespace Cacheme.Sqlite;

/// <summary>The SQL for one table, whose name has been validated.</summary>
/// <remarks>
/// Keys are blobs: SQLite compares them byte by byte, and text would end at a NUL. The keys of a removal are one parameter, a
/// JSON array of hexadecimal strings, so that one prepared statement serves any number of keys.
/// </remarks>
internal sealed class Statements(string table)
{
    public string CreateTable { get; } = $"""
        CREATE TABLE IF NOT EXISTS "{table}" (key BLOB NOT NULL PRIMARY KEY, value BLOB NOT NULL, expires_at INTEGER)
        """;

    // expires_at is in milliseconds since 1970; rows that live for ever are not in the index.
    public string CreateIndex { get; } = $"""
        CREATE INDEX IF NOT EXISTS "{table}_expires_at" ON "{table}" (expires_at) WHERE expires_at IS NOT NULL
        """;

    // By place, for PointRead.
    public string Get { get; } = $"""
        SELECT value FROM "{table}" WHERE key = ?1 AND (expires_at IS NULL OR expires_at > ?2)
        """;

    public string Set { get; } = $"""
        INSERT INTO "{table}" (key, value, expires_at) VALUES ($key, $value, $expires)
        ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at
        """;

    public string GetRange { get; } = $"""
        SELECT key, value FROM "{table}" WHERE key BETWEEN $first AND $last ORDER BY key LIMIT $limit
        """;

    public string GetRangeFromTheEnd { get; } = $"""
        SELECT key, value FROM "{table}" WHERE key BETWEEN $first AND $last ORDER BY key DESC LIMIT $limit
        """;

    public string RemoveRange { get; } = $"""
        DELETE FROM "{table}" WHERE key BETWEEN $first AND $last
        """;

    public string Remove { get; } = $"""
        DELETE FROM "{table}" WHERE key = $key
        """;

    public string RemoveMany { get; } = $"""
        DELETE FROM "{table}" WHERE key IN (SELECT unhex(value) FROM json_each($keys))
        """;

    public string Prolong { get; } = $"""
        UPDATE "{table}" SET expires_at = $expires
        WHERE key IN (SELECT unhex(value) FROM json_each($keys)) AND expires_at > $now AND expires_at < $expires
        """;

    public string Sweep { get; } = $"""
        DELETE FROM "{table}" WHERE rowid IN (SELECT rowid FROM "{table}" WHERE expires_at <= $now LIMIT $limit)
        """;
}
