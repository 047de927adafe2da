using Cacheme.Storage;
using Microsoft.Data.Sqlite;

namespace Cacheme.Sqlite;

/// <summary>What a <c>sqlite://</c> address says: which file, and how it is used.</summary>
internal sealed record SqliteAddress(string ConnectionString, SqliteStorageOptions Options)
{
    // The last one is read by Cacheme itself.
    private static readonly string[] Known =
        ["table", "readers", "maxQueued", "busyTimeout", "sweepInterval", "sweepBatchSize", "timeout"];

    public static SqliteAddress Read(StorageUrl url)
    {
        var unknown = url.OptionNames.Except(Known, StringComparer.OrdinalIgnoreCase).ToList();
        if (unknown.Count > 0)
        {
            throw new CachemeSetupException(
                $"The address {url} has an option that SQLite does not know: {string.Join(", ", unknown)}. It knows {string.Join(", ", Known)}.");
        }

        var options = new SqliteStorageOptions();
        options.Table = url.Option("table", options.Table);
        options.Readers = url.Option("readers", options.Readers);
        options.MaxQueued = url.Option("maxQueued", options.MaxQueued);
        options.BusyTimeout = Milliseconds(url, "busyTimeout", options.BusyTimeout);
        options.SweepInterval = Milliseconds(url, "sweepInterval", options.SweepInterval);
        options.SweepBatchSize = url.Option("sweepBatchSize", options.SweepBatchSize);
        return new SqliteAddress(new SqliteConnectionStringBuilder { DataSource = FilePath(url) }.ToString(), options);
    }

    private static TimeSpan Milliseconds(StorageUrl url, string name, TimeSpan defaultValue) =>
        TimeSpan.FromMilliseconds(url.Option(name, (long)defaultValue.TotalMilliseconds));

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
