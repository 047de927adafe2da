using System.Data;
using System.Data.Common;
using System.Net.Sockets;
using Cacheme.Sql;
using MySqlConnector;

namespace Cacheme.MySql;

/// <summary>What the failures of MySQL and MariaDB mean, and how to cure them.</summary>
internal sealed class MySqlFaults(string table)
{
    // MariaDB's own, which the driver has no name for.
    private const MySqlErrorCode ConnectionKilled = (MySqlErrorCode)1927;

    public static SqlFault Judge(DbException failure, DbConnection connection) => (failure as MySqlException)?.ErrorCode switch
    {
        MySqlErrorCode.LockDeadlock => SqlFault.Deadlock,
        MySqlErrorCode.NoSuchTable => SqlFault.TableMissing,
        MySqlErrorCode.ServerShutdown or ConnectionKilled or MySqlErrorCode.ClientInteractionTimeout => SqlFault.ConnectionLost,

        // The driver closes a connection whose statement took too long; another one would take as long.
        MySqlErrorCode.CommandTimeoutExpired or MySqlErrorCode.QueryInterrupted or MySqlErrorCode.PacketTooLarge => SqlFault.Final,
        _ when connection.State != ConnectionState.Open || failure.InnerException is IOException or SocketException => SqlFault.ConnectionLost,
        _ => SqlFault.Final,
    };

    /// <summary>A value that no packet holds.</summary>
    /// <param name="what">What is too large.</param>
    public static SqlStorageException TooLarge(string what) => new(
        $"{what} Make the server's max_allowed_packet larger (16 MiB in MariaDB and 64 MiB in MySQL unless set, 1 GiB at most), or compress the values.");

    /// <summary>The server's own words only where they hold no keys and no values: some quote what they were given.</summary>
    public SqlStorageException Explain(DbException failure)
    {
        if (failure is not MySqlException { ErrorCode: not MySqlErrorCode.None, SqlState: not null } told)
        {
            return new SqlStorageException($"MySQL could not be used. {failure.Message}", failure);
        }

        return told.ErrorCode switch
        {
            MySqlErrorCode.PacketTooLarge => TooLarge("A statement does not fit into a packet."),
            MySqlErrorCode.DuplicateKeyEntry or MySqlErrorCode.DuplicateEntryWithKeyName or MySqlErrorCode.ParseError
                or MySqlErrorCode.TruncatedWrongValueForField or MySqlErrorCode.TruncatedWrongValue =>
                new SqlStorageException($"MySQL refused with error {told.Number}, whose text may hold a key."),
            _ => new SqlStorageException($"MySQL refused: {told.Message} (error {told.Number}). {Cure(told.ErrorCode)}".TrimEnd()),
        };
    }

    private string Cure(MySqlErrorCode code) => code switch
    {
        MySqlErrorCode.AccessDenied => "Check the user and the password of the storage's connection string.",
        MySqlErrorCode.UnknownDatabase => "Create the database, or name another one: Cacheme makes the table, not the database.",
        MySqlErrorCode.DatabaseAccessDenied or MySqlErrorCode.TableAccessDenied =>
            $"Let an administrator GRANT SELECT, INSERT, UPDATE, DELETE on the table '{table}' to this user, and CREATE where the table is missing.",
        MySqlErrorCode.ConnectionCountError or MySqlErrorCode.TooManyUserConnections => "Make PoolSize smaller, or the server's max_connections larger.",
        MySqlErrorCode.MaxPreparedStatementCountReached => "Make the server's max_prepared_stmt_count larger, or PoolSize smaller.",
        MySqlErrorCode.OptionPreventsStatement => "The storage writes: connect to the server that takes writes.",
        MySqlErrorCode.RecordFileFull => "Make room, or give the nodes shorter lives.",
        MySqlErrorCode.NoSuchTable => $"The table '{table}' is dropped again and again.",
        _ => "",
    };
}
