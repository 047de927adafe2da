using System.Numerics;

namespace Cacheme.MySql;

/// <summary>The SQL for one table, whose name has been validated: for MySQL 8 and MariaDB 10 alike.</summary>
/// <remarks>
/// A statement for many keys is there in eleven sizes, the powers of two, so that each connection prepares few statements: the
/// server counts them over all its clients. What is missing to the next size is filled up.
/// </remarks>
internal sealed class MySqlStatements
{
    private const string IsAlive = "(expires_at IS NULL OR expires_at > ?)";

    // VALUES(...) is old in MySQL 8, but what replaces it there MariaDB does not know.
    private const string OrReplace = "ON DUPLICATE KEY UPDATE value = VALUES(value), expires_at = VALUES(expires_at)";

    private readonly string _table;
    private readonly string[] _getMany;
    private readonly string[] _setMany;
    private readonly string[] _removeMany;
    private readonly string[] _removeExpired;
    private readonly string[] _prolong;

    public MySqlStatements(string table)
    {
        _table = table;
        // Of a small table the server would rather scan all rows, and lock every gap between them on its way.
        var deleteByKey = $"DELETE t FROM `{table}` AS t FORCE INDEX (PRIMARY) WHERE t.`key`";
        Get = $"SELECT value FROM `{table}` WHERE `key` = ? AND {IsAlive}";
        Set = $"INSERT INTO `{table}` (`key`, value, expires_at) VALUES (?, ?, ?) {OrReplace}";
        Remove = $"DELETE FROM `{table}` WHERE `key` = ?";
        Add = $"INSERT IGNORE INTO `{table}` (`key`, value, expires_at) VALUES (?, ?, ?)";
        GetForUpdate = $"SELECT value FROM `{table}` WHERE `key` = ? FOR UPDATE";
        GetRange = $"SELECT `key`, value FROM `{table}` WHERE `key` BETWEEN ? AND ? ORDER BY `key` LIMIT ?";
        GetRangeFromTheEnd = $"SELECT `key`, value FROM `{table}` WHERE `key` BETWEEN ? AND ? ORDER BY `key` DESC LIMIT ?";
        RemoveRange = $"{deleteByKey} BETWEEN ? AND ?";
        _getMany = BySize(keys => $"SELECT `key`, value FROM `{table}` WHERE `key` IN ({Repeat("?", keys)}) AND {IsAlive}");
        _setMany = BySize(rows => $"INSERT INTO `{table}` (`key`, value, expires_at) VALUES {Repeat("(?, ?, ?)", rows)} {OrReplace}");
        _removeMany = BySize(keys => $"{deleteByKey} IN ({Repeat("?", keys)})");
        _prolong = BySize(keys =>
            $"UPDATE `{table}` FORCE INDEX (PRIMARY) SET expires_at = ? WHERE `key` IN ({Repeat("?", keys)}) AND expires_at > ? AND expires_at < ?");

        // In two steps, because DELETE ... WHERE expires_at <= ? would lock the gaps of that index, where every write inserts.
        FindExpired = $"SELECT `key` FROM `{table}` WHERE expires_at <= ? LIMIT ?";
        _removeExpired = BySize(keys => $"{deleteByKey} IN ({Repeat("?", keys)}) AND t.expires_at <= ?");
        Columns = $"SHOW COLUMNS FROM `{table}`";
        Indexes = $"SHOW INDEX FROM `{table}`";
        Create = $"""
            CREATE TABLE IF NOT EXISTS `{table}` (
                `key` VARBINARY({MySqlDialect.LongestIndexedKey}) NOT NULL PRIMARY KEY, value LONGBLOB NOT NULL, expires_at BIGINT NULL, INDEX expires_at (expires_at))
            ENGINE = InnoDB ROW_FORMAT = DYNAMIC
            """;
    }

    public string Get { get; }

    public string Set { get; }

    public string Remove { get; }

    public string Add { get; }

    public string GetForUpdate { get; }

    public string GetRange { get; }

    public string GetRangeFromTheEnd { get; }

    public string RemoveRange { get; }

    public string FindExpired { get; }

    public string Create { get; }

    public string Columns { get; }

    public string Indexes { get; }

    /// <summary>How many keys the statement takes that takes these.</summary>
    /// <param name="count">How many keys there are.</param>
    public static int SizeFor(int count) => (int)BitOperations.RoundUpToPowerOf2((uint)count);

    /// <summary>
    /// Several statements in one text, since several messages would leave the head locked while a process does not get to the next
    /// one. What is prepared is a single statement, so the bytes stand in the text: in hexadecimal, which needs no escape.
    /// </summary>
    public string Append(ReadOnlySpan<byte> head, ReadOnlySpan<byte> first, ReadOnlySpan<byte> record)
    {
        var key = Convert.ToHexString(head);
        return $"""
            START TRANSACTION;
            INSERT INTO `{_table}` (`key`, value) VALUES (x'{key}', x'{Convert.ToHexString(first)}')
            ON DUPLICATE KEY UPDATE value = UNHEX(LPAD(HEX(CAST(CONV(HEX(value), 16, 10) AS UNSIGNED) + 1), 16, '0'));
            INSERT INTO `{_table}` (`key`, value) SELECT CONCAT(`key`, value), x'{Convert.ToHexString(record)}' FROM `{_table}` WHERE `key` = x'{key}';
            SELECT value FROM `{_table}` WHERE `key` = x'{key}';
            COMMIT
            """;
    }

    public string GetMany(int size) => _getMany[BitOperations.Log2((uint)size)];

    public string SetMany(int size) => _setMany[BitOperations.Log2((uint)size)];

    public string RemoveMany(int size) => _removeMany[BitOperations.Log2((uint)size)];

    public string RemoveExpired(int size) => _removeExpired[BitOperations.Log2((uint)size)];

    public string Prolong(int size) => _prolong[BitOperations.Log2((uint)size)];

    private static string[] BySize(Func<int, string> statement) => [.. Enumerable.Range(0, 11).Select(power => statement(1 << power))];

    private static string Repeat(string what, int times) => string.Join(", ", Enumerable.Repeat(what, times));
}
