using System.Data.Common;

namespace Cacheme.Sql;

/// <summary>What differs from database to database: the statements, the table, and what failures mean.</summary>
/// <remarks>
/// The table has three columns: the key's bytes (unique, compared byte by byte), the value's, and when the row expires in
/// milliseconds since 1970, or null for never. Used by many threads at once. Commands are made for the connection, executed
/// once and disposed; none is ever cancelled, since a driver may block its thread for that, and the server may execute after
/// all what it was given.
/// </remarks>
public abstract class SqlDialect
{
    /// <summary>The longest key in bytes that the table takes. Asked when the table has been looked at.</summary>
    public abstract int LongestKey { get; }

    /// <summary>How many bytes of keys and values one statement should carry at most. Default: 8 MiB.</summary>
    /// <remarks>A single row is written however large it is, unless <see cref="SetOne"/> throws a <see cref="SqlStorageException"/>.</remarks>
    public virtual int LargestBatch => 8 * 1024 * 1024;

    /// <summary>How many connections in a row may turn out to be dead before an operation is given up. Default: 1.</summary>
    /// <remarks>More where <see cref="DiscardPoolAsync"/> cannot throw away the idle ones.</remarks>
    public virtual int StaleConnections => 1;

    /// <summary>Reads one value: at most one row, of the value.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="key">The key.</param>
    /// <param name="now">Rows that expire at this time or before are not there.</param>
    public abstract DbCommand GetOne(DbConnection connection, byte[] key, long now);

    /// <summary>Reads many values: rows of key and value, in any order.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="keys">Different keys, at least one and at most 1,000.</param>
    /// <param name="now">Rows that expire at this time or before are not there.</param>
    public abstract DbCommand GetMany(DbConnection connection, IReadOnlyList<byte[]> keys, long now);

    /// <summary>Writes one row, over the one that is there.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="row">The row.</param>
    public abstract DbCommand SetOne(DbConnection connection, SqlRow row);

    /// <summary>Writes many rows, over those that are there.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="rows">Rows of different keys, in the order of their bytes, so that two statements lock in one order; at most 1,000.</param>
    public abstract DbCommand SetMany(DbConnection connection, IReadOnlyList<SqlRow> rows);

    /// <summary>Deletes one row.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="key">The key.</param>
    public abstract DbCommand RemoveOne(DbConnection connection, byte[] key);

    /// <summary>Deletes many rows.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="keys">Different keys, in the order of their bytes; at most 1,000.</param>
    public abstract DbCommand RemoveMany(DbConnection connection, IReadOnlyList<byte[]> keys);

    /// <summary>Sets when rows expire, where that is later than what they say; rows that have expired, or never do, stay as they are.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="keys">Different keys, in the order of their bytes; at least one and at most 1,000.</param>
    /// <param name="now">Rows that expire at this time or before have expired.</param>
    /// <param name="expiresAt">When they expire.</param>
    public abstract DbCommand Prolong(DbConnection connection, IReadOnlyList<byte[]> keys, long now, long expiresAt);

    /// <summary>Writes one row where there is none of its key; one that is there stays as it is.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="row">The row.</param>
    public abstract DbCommand AddOne(DbConnection connection, SqlRow row);

    /// <summary>Reads one value, expired or not, and locks its row until the transaction ends: whoever locks it too waits.</summary>
    /// <param name="connection">An open connection, with a transaction.</param>
    /// <param name="key">The key.</param>
    public abstract DbCommand GetForUpdate(DbConnection connection, byte[] key);

    /// <summary>
    /// Counts the log's head up, writes the record under the number that it now has, tells who listens, and commits all that.
    /// A head that is missing is made with the first number.
    /// </summary>
    /// <remarks>
    /// In one round trip: the head's row is locked from the counting to the commit, so that numbers become visible in their
    /// order, and a process that stops in between must not hold up all others. What fails leaves nothing behind on the connection.
    /// </remarks>
    /// <param name="connection">An open connection.</param>
    /// <param name="append">The record.</param>
    /// <returns>The record's number.</returns>
    public abstract ValueTask<long> AppendAsync(DbConnection connection, SqlAppend append);

    /// <summary>Reads the rows of a range of keys, expired or not: rows of key and value, in the order of the keys' bytes.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="first">The first key.</param>
    /// <param name="last">The last key.</param>
    /// <param name="limit">The most rows.</param>
    /// <param name="fromTheEnd">Whether the rows come in the opposite order, the last one first.</param>
    public abstract DbCommand GetRange(DbConnection connection, byte[] first, byte[] last, int limit, bool fromTheEnd);

    /// <summary>Deletes the rows of a range of keys.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="first">The first key.</param>
    /// <param name="last">The last key.</param>
    public abstract DbCommand RemoveRange(DbConnection connection, byte[] first, byte[] last);

    /// <summary>Whether the database tells who listens. Default: false.</summary>
    public virtual bool Pushes => false;

    /// <summary>Listens until the token fires or the connection is lost. Default: it waits for the token; it is called where the database <see cref="Pushes"/>.</summary>
    /// <remarks>The connection is one of its own: it stays for as long as the process, and the pool may be small.</remarks>
    /// <param name="dataSource">The pool, for how the database is reached.</param>
    /// <param name="log">The log's name.</param>
    /// <param name="notified">Is called when it listens, and for each notification.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public virtual Task ListenAsync(DbDataSource dataSource, string log, Action notified, CancellationToken cancellationToken) =>
        Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);

    /// <summary>Deletes some expired rows without making a write wait, and gives how many it found.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="now">Rows that expire at this time or before.</param>
    /// <param name="limit">How many at most; as many found means that there may be more.</param>
    public abstract ValueTask<int> SweepAsync(DbConnection connection, long now, int limit);

    /// <summary>Looks at the table, and makes it when it is missing; other processes may do so at the same time.</summary>
    /// <remarks>A user who may not create tables must get by with one that is there.</remarks>
    /// <param name="connection">An open connection.</param>
    /// <exception cref="SqlStorageException">There is a table of that name that cannot serve.</exception>
    public abstract ValueTask EnsureTableAsync(DbConnection connection);

    /// <summary>Gets a command ready to be executed. Default: nothing; for drivers that prepare a statement only when asked.</summary>
    /// <param name="command">One of the commands made here.</param>
    public virtual ValueTask PrepareAsync(DbCommand command) => ValueTask.CompletedTask;

    /// <summary>What a failure means.</summary>
    /// <param name="failure">The failure.</param>
    /// <param name="connection">The connection it happened on.</param>
    public abstract SqlFault Judge(DbException failure, DbConnection connection);

    /// <summary>Says what is wrong and how to cure it.</summary>
    /// <remarks>Neither the message nor a cause may hold a key, a value or a secret; many drivers' messages do.</remarks>
    /// <param name="failure">The failure.</param>
    public abstract SqlStorageException Explain(DbException failure);

    /// <summary>Throws the idle connections of a pool away, for one was found dead or hangs. Default: nothing.</summary>
    /// <remarks>A pool that the storage owns is replaced besides.</remarks>
    /// <param name="dataSource">The pool.</param>
    public virtual ValueTask DiscardPoolAsync(DbDataSource dataSource) => ValueTask.CompletedTask;
}
