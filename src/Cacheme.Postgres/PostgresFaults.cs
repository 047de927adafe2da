using System.Data;
using System.Data.Common;
using Cacheme.Sql;
using Npgsql;

namespace Cacheme.Postgres;

/// <summary>What PostgreSQL's failures mean, and how to cure them.</summary>
internal sealed class PostgresFaults(string table, PostgresStatements sql)
{
    public static SqlFault Judge(DbException failure, DbConnection connection) => failure switch
    {
        PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure } => SqlFault.Deadlock,
        PostgresException { SqlState: PostgresErrorCodes.UndefinedTable } => SqlFault.TableMissing,
        PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow } => SqlFault.ConnectionLost,
        PostgresException { SqlState: ['0', '8', ..] } => SqlFault.ConnectionLost,

        // What this connection has prepared is gone or has outlived the table; another one prepares it anew.
        PostgresException { SqlState: PostgresErrorCodes.InvalidSqlStatementName or PostgresErrorCodes.FeatureNotSupported } => SqlFault.ConnectionLost,

        // The driver closes a connection whose statement took too long; another one would take as long.
        { InnerException: TimeoutException } => SqlFault.Final,
        _ when connection.State != ConnectionState.Open => SqlFault.ConnectionLost,
        _ => SqlFault.Final,
    };

    /// <summary>The server's own words without their details, which may hold keys where the application asked the driver for them.</summary>
    public SqlStorageException Explain(DbException failure) => failure is PostgresException told
        ? new SqlStorageException($"PostgreSQL refused: {told.MessageText} ({told.SqlState}). {Cure(told.SqlState)}".TrimEnd())
        : new SqlStorageException($"PostgreSQL could not be used. {failure.Message}", failure);

    private string Cure(string state) => state switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            "Check the user and the password of the storage's connection string, and the server's pg_hba.conf.",
        PostgresErrorCodes.InvalidCatalogName =>
            "Create the database, or name another one: Cacheme makes the table, not the database.",
        PostgresErrorCodes.InsufficientPrivilege =>
            $"""Let an owner run: {sql.Create.ReplaceLineEndings(" ")}; GRANT SELECT, INSERT, UPDATE, DELETE ON "{table}" to this user. Or let the user create tables: GRANT CREATE ON SCHEMA.""",
        PostgresErrorCodes.InvalidSchemaName =>
            "The user's search_path names no schema that is there: set 'Search Path' in the connection string.",
        PostgresErrorCodes.TooManyConnections =>
            "Make PoolSize smaller, or the server's max_connections larger.",
        PostgresErrorCodes.ReadOnlySqlTransaction =>
            "The storage writes: connect to the primary, for example with 'Target Session Attributes=read-write'.",
        PostgresErrorCodes.DiskFull =>
            "Make room, or give the nodes shorter lives.",
        PostgresErrorCodes.UndefinedTable =>
            $"The table '{table}' is dropped again and again.",
        _ => "",
    };
}
