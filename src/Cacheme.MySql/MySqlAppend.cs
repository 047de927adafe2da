using System.Data;
using Cacheme.Sql;
using MySqlConnector;

namespace Cacheme.MySql;

/// <summary>Appends a record to a log: a transaction of several statements, sent as one message.</summary>
internal static class MySqlAppend
{
    public static async ValueTask<long> RunAsync(MySqlConnection connection, MySqlStatements sql, SqlAppend append)
    {
        try
        {
            var text = sql.Append(append.Log.Head, LogKeys.Encode(append.First), append.Record.Span);
            return LogKeys.Decode((byte[])(await RunAsync(connection, text).ConfigureAwait(false))!); // Not null: the head's row, which the transaction wrote.
        }
        catch (MySqlException) when (connection.State == ConnectionState.Open)
        {
            // The statements behind the one that failed were left out, the commit too.
            await RunAsync(connection, "ROLLBACK").ConfigureAwait(false);
            throw;
        }
    }

    private static async ValueTask<object?> RunAsync(MySqlConnection connection, string text)
    {
        var command = new MySqlCommand(text, connection);
        await using var close = command.ConfigureAwait(false);
        return await command.ExecuteScalarAsync(CancellationToken.None).ConfigureAwait(false);
    }
}
