using Microsoft.Data.Sqlite;

namespace Cacheme.Sqlite.Tests;

/// <summary>A path in a directory of its own, and what a test does to the file behind the storage's back.</summary>
internal sealed class TemporaryFile : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("cacheme-");

    public string FullPath => Path.Combine(_directory.FullName, "cache.db");

    public string ConnectionString => $"Data Source={FullPath}";

    public IEnumerable<string> Names => _directory.EnumerateFileSystemInfos().Select(file => file.Name);

    public SqliteConnection Open()
    {
        var connection = new SqliteConnection($"{ConnectionString};Pooling=False");
        connection.Open();
        return connection;
    }

    public object? Query(string sql)
    {
        using var connection = Open();
        return connection.Run(sql);
    }

    public void Damage()
    {
        // The log first, so that nothing can be read from it.
        Query("PRAGMA wal_checkpoint(TRUNCATE)");
        using var file = new FileStream(FullPath, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        var garbage = new byte[file.Length];
        Array.Fill(garbage, (byte)0xA5);
        file.Write(garbage);
    }

    public void Delete()
    {
        foreach (var file in _directory.EnumerateFiles())
        {
            file.Delete();
        }
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
