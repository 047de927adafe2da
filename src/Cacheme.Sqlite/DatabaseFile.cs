using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Cacheme.Sqlite;

/// <summary>The file: where it is, how it is opened, and what its errors mean.</summary>
internal sealed class DatabaseFile
{
    private const int ReadOnly = 8, IoError = 10, Corrupt = 11, CannotOpen = 14, NotADatabase = 26;

    private readonly string _connectionString;
    private readonly bool _mayCreate;
    private readonly string[] _setUp;

    public DatabaseFile(string connectionString, SqliteStorageOptions options)
    {
        var parts = new SqliteConnectionStringBuilder(connectionString);
        Refuse(parts);
        _mayCreate = parts.Mode == SqliteOpenMode.ReadWriteCreate;
        FullPath = Path.GetFullPath(ExpandDataDirectory(parts.DataSource));

        // Connections are kept by SessionPool, which can close them all; SQLite's shared cache would lock whole tables.
        parts.DataSource = FullPath;
        parts.Pooling = false;
        parts.Cache = SqliteCacheMode.Private;

        // SQLite itself waits for a busy file, as long as busy_timeout says. Afterwards the driver would try again until
        // its own timeout is over, where 0 means for ever.
        parts.DefaultTimeout = Math.Max(1, (int)Math.Ceiling(options.BusyTimeout.TotalSeconds));
        _connectionString = parts.ToString();

        var statements = new Statements(options.Table);
        _setUp =
        [
            string.Create(CultureInfo.InvariantCulture, $"PRAGMA busy_timeout = {(int)options.BusyTimeout.TotalMilliseconds}"),
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = NORMAL",
            "PRAGMA journal_size_limit = 16777216",
            statements.CreateTable,
            statements.CreateIndex,
        ];
    }

    public string FullPath { get; }

    public bool Exists => File.Exists(FullPath);

    public SqliteConnection Open()
    {
        if (_mayCreate && Path.GetDirectoryName(FullPath) is { } directory)
        {
            Directory.CreateDirectory(directory);
        }

        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
            SetUp(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public static bool IsCorrupt(SqliteException exception) => exception.SqliteErrorCode is Corrupt or NotADatabase;

    /// <summary>Whether no connection that is open can be trusted any more: the file may be gone, or another.</summary>
    public static bool IsLost(SqliteException exception) =>
        IsCorrupt(exception) || exception.SqliteErrorCode is CannotOpen or IoError or ReadOnly;

    public Exception Explain(SqliteException exception) => IsCorrupt(exception)
        ? new InvalidDataException(
            $"The file '{FullPath}' is damaged or no SQLite database. Move or delete it, and the files of the same name ending in -wal and -shm; Cacheme makes a new one.",
            exception)
        : new IOException($"The SQLite file '{FullPath}' could not be used. {exception.Message}", exception);

    private void SetUp(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();

        // Only while the file is empty: later it changes nothing, and yet takes the lock of a writer. WAL fills the first page.
        command.CommandText = "PRAGMA page_count";
        if (command.ExecuteScalar() is 0L)
        {
            command.CommandText = "PRAGMA auto_vacuum = INCREMENTAL";
            command.ExecuteNonQuery();
        }

        // One by one: the driver swallows the failure of a statement that follows a row in the same command.
        foreach (var statement in _setUp)
        {
            command.CommandText = statement;
            command.ExecuteNonQuery();
        }
    }

    private static void Refuse(SqliteConnectionStringBuilder parts)
    {
        if (parts.Mode == SqliteOpenMode.Memory
            || string.IsNullOrWhiteSpace(parts.DataSource)
            || parts.DataSource.Contains(":memory:", StringComparison.OrdinalIgnoreCase)
            || parts.DataSource.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException(
                "The SQLite storage needs a file: 'Data Source=path'. For a tier in memory use AddLocal, which is faster.");
        }

        if (parts.Mode == SqliteOpenMode.ReadOnly)
        {
            throw new ArgumentException("The SQLite storage writes to its file: leave 'Mode=ReadOnly' out of the connection string.");
        }
    }

    private static string ExpandDataDirectory(string source)
    {
        const string Macro = "|DataDirectory|";
        return source.StartsWith(Macro, StringComparison.OrdinalIgnoreCase)
            ? Path.Combine(
                AppDomain.CurrentDomain.GetData("DataDirectory") as string ?? AppContext.BaseDirectory,
                source[Macro.Length..].TrimStart('/', '\\'))
            : source;
    }
}
