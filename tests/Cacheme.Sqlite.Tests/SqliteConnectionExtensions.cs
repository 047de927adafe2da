using Microsoft.Data.Sqlite;

namespace Cacheme.Sqlite.Tests;

internal static class SqliteConnectionExtensions
{
    public static object? Run(this SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
