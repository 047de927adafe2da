using Cacheme.Sql;
using Cacheme.Storage;
using Microsoft.Data.Sqlite;

namespace Cacheme.Sqlite;

/// <summary>What a <c>sqlite://</c> address says: which file, and how it is used.</summary>
internal sealed record SqliteAddress(string ConnectionString, SqliteStorageOptions Options)
{
    public static SqliteAddress Read(StorageUrl url)
    {
        var options = new SqliteStorageOptions();
        SqlAddress.ReadOptions(url, options, "readers", "maxQueued", "busyTimeout");
        options.Readers = url.Option("readers", options.Readers);
        options.MaxQueued = url.Option("maxQueued", options.MaxQueued);
        options.BusyTimeout = SqlAddress.Milliseconds(url, "busyTimeout", options.BusyTimeout);
        return new SqliteAddress(new SqliteConnectionStringBuilder { DataSource = FilePath(url) }.ToString(), options);
    }

    // A URL's path is absolute; a dot in the host's place makes it relative: sqlite://./cache.db.
    private static string FilePath(StorageUrl url) => url.Host switch
    {
        _ when url.Path.Trim('/').Length == 0 || url.Port is not null || url.Hosts.Count > 1 || url.User.Length > 0 => throw Malformed(url),
        "" => url.Path,
        "." => url.Path.TrimStart('/'),
        ".." => ".." + url.Path,
        _ => throw Malformed(url),
    };

    private static CachemeSetupException Malformed(StorageUrl url) => new(
        $"The address {url} names no file. Write sqlite:///directory/file.db for an absolute path, sqlite://./file.db for one in the current directory.");
}
