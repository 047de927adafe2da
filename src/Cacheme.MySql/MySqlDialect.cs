using System.Data.Common;
using Cacheme.Sql;
using MySqlConnector;

namespace Cacheme.MySql;

/// <summary>How MySQL and MariaDB are spoken to: prepared statements, of which the driver keeps those of each connection.</summary>
/// <param name="options">How the table is used.</param>
/// <param name="staleConnections">How many connections may be dead: more where the pool cannot be cleared.</param>
internal sealed class MySqlDialect(MySqlStorageOptions options, int staleConnections) : SqlDialect
{
    /// <summary>What an index of InnoDB takes with pages of 16 KiB.</summary>
    public const int LongestIndexedKey = 3_072;

    // What a packet holds besides a row's key and value.
    private const int PacketMargin = 1024;

    private readonly MySqlStatements _sql = new(options.Table);
    private readonly MySqlFaults _faults = new(options.Table);
    private volatile MySqlLimits _limits = MySqlLimits.Unknown;

    public override int LongestKey => _limits.LongestKey;

    public override int LargestBatch => (int)Math.Min(base.LargestBatch, _limits.LargestPacket / 4);

    public override int StaleConnections => staleConnections;

    public override DbCommand GetOne(DbConnection connection, byte[] key, long now) => Command(connection, _sql.Get, key, now);

    public override DbCommand GetMany(DbConnection connection, IReadOnlyList<byte[]> keys, long now)
    {
        var size = MySqlStatements.SizeFor(keys.Count);
        return Command(connection, _sql.GetMany(size), [.. Filled(keys, size), now]);
    }

    /// <exception cref="SqlStorageException">The value does not fit into a packet.</exception>
    public override DbCommand SetOne(DbConnection connection, SqlRow row)
    {
        var size = (long)row.Key.Length + row.Value.Length + PacketMargin;
        return size <= _limits.LargestPacket
            ? Command(connection, _sql.Set, row.Key, row.Value, row.ExpiresAt)
            : throw MySqlFaults.TooLarge($"A value of {row.Value.Length} bytes does not fit into a packet of {_limits.LargestPacket}.");
    }

    public override DbCommand SetMany(DbConnection connection, IReadOnlyList<SqlRow> rows)
    {
        var size = MySqlStatements.SizeFor(rows.Count);
        var values = new List<object?>(size * 3);
        var shortest = rows.MinBy(row => row.Key.Length).Key;
        foreach (var row in rows)
        {
            for (var filling = row.Key == shortest ? size - rows.Count : 0; filling > 0; filling--)
            {
                // Overwritten by the row of that key, which comes next in the same statement: few bytes to be sent, and nobody sees it.
                values.AddRange([row.Key, Array.Empty<byte>(), null]);
            }

            values.AddRange([row.Key, row.Value, row.ExpiresAt]);
        }

        return Command(connection, _sql.SetMany(size), [.. values]);
    }

    public override DbCommand RemoveOne(DbConnection connection, byte[] key) => Command(connection, _sql.Remove, key);

    public override DbCommand RemoveMany(DbConnection connection, IReadOnlyList<byte[]> keys)
    {
        var size = MySqlStatements.SizeFor(keys.Count);
        return Command(connection, _sql.RemoveMany(size), [.. Filled(keys, size)]);
    }

    public override DbCommand Prolong(DbConnection connection, IReadOnlyList<byte[]> keys, long now, long expiresAt)
    {
        var size = MySqlStatements.SizeFor(keys.Count);
        return Command(connection, _sql.Prolong(size), [expiresAt, .. Filled(keys, size), now, expiresAt]);
    }

    public override DbCommand AddOne(DbConnection connection, SqlRow row) => Command(connection, _sql.Add, row.Key, row.Value, row.ExpiresAt);

    public override DbCommand GetForUpdate(DbConnection connection, byte[] key) => Command(connection, _sql.GetForUpdate, key);

    public override ValueTask<long> AppendAsync(DbConnection connection, SqlAppend append) =>
        MySqlAppend.RunAsync((MySqlConnection)connection, _sql, append);

    public override DbCommand GetRange(DbConnection connection, byte[] first, byte[] last, int limit, bool fromTheEnd) =>
        Command(connection, fromTheEnd ? _sql.GetRangeFromTheEnd : _sql.GetRange, first, last, limit);

    public override DbCommand RemoveRange(DbConnection connection, byte[] first, byte[] last) => Command(connection, _sql.RemoveRange, first, last);

    public override ValueTask<int> SweepAsync(DbConnection connection, long now, int limit) =>
        MySqlSweep.RunAsync((MySqlConnection)connection, _sql, now, limit);

    public override async ValueTask EnsureTableAsync(DbConnection connection) =>
        _limits = await new MySqlTable(options.Table, _sql).EnsureAsync((MySqlConnection)connection).ConfigureAwait(false);

    public override ValueTask PrepareAsync(DbCommand command) => new(command.PrepareAsync(CancellationToken.None));

    public override SqlFault Judge(DbException failure, DbConnection connection) => MySqlFaults.Judge(failure, connection);

    public override SqlStorageException Explain(DbException failure) => _faults.Explain(failure);

    /// <summary>A command whose question marks stand for the values.</summary>
    internal static MySqlCommand Command(DbConnection connection, string sql, params ReadOnlySpan<object?> values)
    {
        var command = new MySqlCommand(sql, (MySqlConnection)connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new MySqlParameter { Value = value });
        }

        return command;
    }

    /// <summary>The keys, and the shortest one as often again as it takes to fill the statement, which at most doubles its bytes.</summary>
    internal static IEnumerable<object> Filled(IReadOnlyList<byte[]> keys, int size) =>
        keys.Concat(Enumerable.Repeat(keys.MinBy(key => key.Length)!, size - keys.Count)); // Not null: there is at least one.
}
