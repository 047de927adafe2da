namespace Cacheme.Postgres;

/// <summary>The SQL for one table, whose name has been validated.</summary>
internal sealed class PostgresStatements(string table, bool unlogged)
{
    public string Get { get; } = $"""
        SELECT value FROM "{table}" WHERE key = $1 AND (expires_at IS NULL OR expires_at > $2)
        """;

    public string GetMany { get; } = $"""
        SELECT key, value FROM "{table}" WHERE key = ANY ($1) AND (expires_at IS NULL OR expires_at > $2)
        """;

    public string Set { get; } = $"""
        INSERT INTO "{table}" (key, value, expires_at) VALUES ($1, $2, $3)
        ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at
        """;

    // The arrays are in the order of the keys, and so rows are locked in it.
    public string SetMany { get; } = $"""
        INSERT INTO "{table}" (key, value, expires_at) SELECT * FROM unnest($1, $2, $3)
        ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at
        """;

    public string Remove { get; } = $"""
        DELETE FROM "{table}" WHERE key = $1
        """;

    // DELETE by itself would lock the rows as it meets them.
    public string RemoveMany { get; } = $"""
        DELETE FROM "{table}" WHERE key = ANY (ARRAY(SELECT key FROM "{table}" WHERE key = ANY ($1) ORDER BY key FOR UPDATE))
        """;

    public string Prolong { get; } = $"""
        UPDATE "{table}" SET expires_at = $3 WHERE key = ANY (ARRAY(
            SELECT key FROM "{table}" WHERE key = ANY ($1) AND expires_at > $2 AND expires_at < $3 ORDER BY key FOR UPDATE))
        """;

    // Rows that somebody is writing are left for the next time.
    public string Sweep { get; } = $"""
        DELETE FROM "{table}" WHERE key = ANY (ARRAY(
            SELECT key FROM "{table}" WHERE expires_at <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED))
        """;

    public string Add { get; } = $"""
        INSERT INTO "{table}" (key, value, expires_at) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING
        """;

    public string GetForUpdate { get; } = $"""
        SELECT value FROM "{table}" WHERE key = $1 FOR UPDATE
        """;

    // Who comes second waits for the head's row and then counts from what it says by then. The numbers are of eight bytes.
    public string Append { get; } = $"""
        WITH head AS (
            INSERT INTO "{table}" AS t (key, value) VALUES ($1, $2)
            ON CONFLICT (key) DO UPDATE SET value = int8send(('x' || encode(t.value, 'hex'))::bit(64)::bigint + 1)
            RETURNING value),
        added AS (INSERT INTO "{table}" (key, value) SELECT $1 || value, $3 FROM head)
        SELECT value, pg_notify($4, '') FROM head
        """;

    public string GetRange { get; } = $"""
        SELECT key, value FROM "{table}" WHERE key BETWEEN $1 AND $2 ORDER BY key LIMIT $3
        """;

    public string GetRangeFromTheEnd { get; } = $"""
        SELECT key, value FROM "{table}" WHERE key BETWEEN $1 AND $2 ORDER BY key DESC LIMIT $3
        """;

    public string RemoveRange { get; } = $"""
        DELETE FROM "{table}" WHERE key BETWEEN $1 AND $2
        """;

    public string Columns { get; } = $"""
        SELECT a.attname::text, format_type(a.atttypid, NULL), a.attnotnull AND NOT a.atthasdef AND a.attidentity = '',
            EXISTS (SELECT FROM pg_catalog.pg_index AS i
                WHERE i.indrelid = a.attrelid AND i.indisunique AND i.indpred IS NULL AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum)
        FROM pg_catalog.pg_attribute AS a
        WHERE a.attrelid = to_regclass('"{table}"') AND a.attnum > 0 AND NOT a.attisdropped
        """;

    // One table is made at a time: of two CREATE TABLE IF NOT EXISTS at once one may fail. The number is ours by chance.
    public string Lock { get; } = "SELECT pg_advisory_xact_lock(7163384699739336293)";

    // Values are not compressed again, which only costs time: whoever wants that compresses before.
    public string Create { get; } = $"""
        CREATE {(unlogged ? "UNLOGGED " : "")}TABLE "{table}" (key bytea PRIMARY KEY, value bytea NOT NULL, expires_at bigint);
        ALTER TABLE "{table}" ALTER COLUMN value SET STORAGE EXTERNAL;
        CREATE INDEX ON "{table}" (expires_at) WHERE expires_at IS NOT NULL
        """;
}
