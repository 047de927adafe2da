using System.Data.Common;
using Cacheme.Sql;
using Npgsql;
using NpgsqlTypes;

namespace Cacheme.Postgres;

/// <summary>How PostgreSQL is spoken to: parameters of the driver's own types, which nothing boxes, and arrays for batches.</summary>
internal sealed class PostgresDialect : SqlDialect
{
    private readonly string _table;
    private readonly PostgresStatements _sql;
    private readonly PostgresFaults _faults;

    public PostgresDialect(PostgresStorageOptions options)
    {
        _table = options.Table;
        _sql = new PostgresStatements(options.Table, options.Unlogged);
        _faults = new PostgresFaults(options.Table, _sql);
    }

    /// <summary>An entry of the index has to fit three times on a page of 8 KiB, which leaves 2,704 bytes with its header.</summary>
    public override int LongestKey => 2_600;

    public override DbCommand GetOne(DbConnection connection, byte[] key, long now) =>
        Command(connection, _sql.Get, Bytea(key), Bigint(now));

    public override DbCommand GetMany(DbConnection connection, IReadOnlyList<byte[]> keys, long now) =>
        Command(connection, _sql.GetMany, ArrayOf([.. keys], NpgsqlDbType.Bytea), Bigint(now));

    public override DbCommand SetOne(DbConnection connection, SqlRow row) => WithRow(connection, _sql.Set, row);

    private static NpgsqlCommand WithRow(DbConnection connection, string sql, SqlRow row) => Command(
        connection,
        sql,
        Bytea(row.Key),
        new NpgsqlParameter<ReadOnlyMemory<byte>> { NpgsqlDbType = NpgsqlDbType.Bytea, TypedValue = row.Value },
        new NpgsqlParameter<long?> { NpgsqlDbType = NpgsqlDbType.Bigint, TypedValue = row.ExpiresAt });

    public override DbCommand SetMany(DbConnection connection, IReadOnlyList<SqlRow> rows) => Command(
        connection,
        _sql.SetMany,
        ArrayOf([.. rows.Select(row => row.Key)], NpgsqlDbType.Bytea),
        ArrayOf([.. rows.Select(row => row.Value)], NpgsqlDbType.Bytea),
        ArrayOf([.. rows.Select(row => row.ExpiresAt)], NpgsqlDbType.Bigint));

    public override DbCommand RemoveOne(DbConnection connection, byte[] key) => Command(connection, _sql.Remove, Bytea(key));

    public override DbCommand RemoveMany(DbConnection connection, IReadOnlyList<byte[]> keys) =>
        Command(connection, _sql.RemoveMany, ArrayOf([.. keys], NpgsqlDbType.Bytea));

    public override DbCommand Prolong(DbConnection connection, IReadOnlyList<byte[]> keys, long now, long expiresAt) =>
        Command(connection, _sql.Prolong, ArrayOf([.. keys], NpgsqlDbType.Bytea), Bigint(now), Bigint(expiresAt));

    public override DbCommand AddOne(DbConnection connection, SqlRow row) => WithRow(connection, _sql.Add, row);

    public override DbCommand GetForUpdate(DbConnection connection, byte[] key) => Command(connection, _sql.GetForUpdate, Bytea(key));

    public override async ValueTask<long> AppendAsync(DbConnection connection, SqlAppend append)
    {
        var command = Command(
            connection,
            _sql.Append,
            Bytea(append.Log.Head),
            Bytea(LogKeys.Encode(append.First)),
            new NpgsqlParameter<ReadOnlyMemory<byte>> { NpgsqlDbType = NpgsqlDbType.Bytea, TypedValue = append.Record },
            new NpgsqlParameter<string> { NpgsqlDbType = NpgsqlDbType.Text, TypedValue = PostgresChannel.Of(_table, append.Log.Name) });
        await using var close = command.ConfigureAwait(false);
        return LogKeys.Decode((byte[])(await command.ExecuteScalarAsync(CancellationToken.None).ConfigureAwait(false))!); // Not null: the head's row, which the statement returns.
    }

    public override DbCommand GetRange(DbConnection connection, byte[] first, byte[] last, int limit, bool fromTheEnd) =>
        Command(connection, fromTheEnd ? _sql.GetRangeFromTheEnd : _sql.GetRange, Bytea(first), Bytea(last), Bigint(limit));

    public override DbCommand RemoveRange(DbConnection connection, byte[] first, byte[] last) =>
        Command(connection, _sql.RemoveRange, Bytea(first), Bytea(last));

    public override bool Pushes => true;

    public override Task ListenAsync(DbDataSource dataSource, string log, Action notified, CancellationToken cancellationToken) =>
        PostgresChannel.ListenAsync((NpgsqlDataSource)dataSource, PostgresChannel.Of(_table, log), notified, cancellationToken);

    public override async ValueTask<int> SweepAsync(DbConnection connection, long now, int limit)
    {
        var command = Command(connection, _sql.Sweep, Bigint(now), Bigint(limit));
        await using var close = command.ConfigureAwait(false);
        return await command.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
    }

    public override ValueTask EnsureTableAsync(DbConnection connection) =>
        new PostgresTable(_table, _sql).EnsureAsync((NpgsqlConnection)connection);

    public override SqlFault Judge(DbException failure, DbConnection connection) => PostgresFaults.Judge(failure, connection);

    public override SqlStorageException Explain(DbException failure) => _faults.Explain(failure);

    public override ValueTask DiscardPoolAsync(DbDataSource dataSource)
    {
        ((NpgsqlDataSource)dataSource).Clear();
        return ValueTask.CompletedTask;
    }

    private static NpgsqlCommand Command(DbConnection connection, string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlCommand(sql, (NpgsqlConnection)connection);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }

        return command;
    }

    private static NpgsqlParameter<byte[]> Bytea(byte[] value) => new() { NpgsqlDbType = NpgsqlDbType.Bytea, TypedValue = value };

    private static NpgsqlParameter<long> Bigint(long value) => new() { NpgsqlDbType = NpgsqlDbType.Bigint, TypedValue = value };

    private static NpgsqlParameter<T[]> ArrayOf<T>(T[] values, NpgsqlDbType element) =>
        new() { NpgsqlDbType = NpgsqlDbType.Array | element, TypedValue = values };
}
