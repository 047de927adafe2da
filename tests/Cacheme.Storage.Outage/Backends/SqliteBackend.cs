using System.Text;
using Cacheme.DependencyInjection;
using Cacheme.Storage.Outage.Faults;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.Storage.Outage.Backends;

/// <summary>An SQLite file. Where a server would be killed, the file is damaged; where one would be frozen, another process locks it.</summary>
public class SqliteBackend : StorageBackend
{
    private const int SharedHeaderSize = 136;
    private const int SmallestSize = 8192;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cacheme-sqlite-");
    private FileLock? _lock;

    /// <inheritdoc/>
    public override string Name => "sqlite";

    /// <inheritdoc/>
    public override string Package => "Cacheme.Sqlite";

    /// <inheritdoc/>
    public override string Url => $"sqlite://{File}";

    /// <inheritdoc/>
    public override Fault Killed => new("damaged", _ => DamageAsync(), DeleteAsync);

    /// <inheritdoc/>
    public override Fault Frozen => new(
        "locked",
        async _ => _lock = await FileLock.TakeAsync(File),
        async () => await (_lock?.DisposeAsync() ?? ValueTask.CompletedTask));

    /// <summary>Where the file is, or the disk that it is on.</summary>
    protected string Folder => _folder.FullName;

    private string File => Path.Combine(Folder, "cacheme.db");

    /// <inheritdoc/>
    public override Task StartAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public override void Register(CachemeBuilder cacheme, string storage) => cacheme.AddSqlite(storage, $"Data Source={File}");

    /// <inheritdoc/>
    public override async Task OverwriteAsync(IReadOnlyList<KeyValuePair<string, byte[]>> entries)
    {
        await using var connection = new SqliteConnection($"Data Source={File};Pooling=false");
        await connection.OpenAsync();
        await using var transaction = connection.BeginTransaction();
        foreach (var (key, bytes) in entries)
        {
            await using var command = new SqliteCommand(
                "INSERT INTO cacheme (key, value) VALUES ($key, $value) ON CONFLICT (key) DO UPDATE SET value = excluded.value", connection, transaction);
            command.Parameters.AddWithValue("$key", Encoding.UTF8.GetBytes(key));
            command.Parameters.AddWithValue("$value", bytes);
            await command.ExecuteNonQueryAsync();
        }

        await transaction.CommitAsync();
    }

    /// <inheritdoc/>
    public override Task<int> CountConnectionsAsync()
    {
        // Each connection has the file open.
        var links = Directory.Exists("/proc/self/fd") ? Directory.GetFiles("/proc/self/fd") : [];
        return Task.FromResult(links.Count(link => TargetOf(link)?.StartsWith(File, StringComparison.Ordinal) == true));
    }

    private static string? TargetOf(string link)
    {
        try
        {
            return System.IO.File.ResolveLinkTarget(link, returnFinalTarget: false)?.FullName;
        }
        catch (IOException)
        {
            // Somebody in this process has closed it since it was listed.
            return null;
        }
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private async Task DamageAsync()
    {
        // All of it: what is not in the file is in the log beside it, or the other way round.
        await using (var file = new FileStream(File, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite))
        {
            await file.WriteAsync(Rubbish(Math.Max(file.Length, SmallestSize)));
        }

        await SpoilAsync(File + "-wal", int.MaxValue);

        // Open connections keep pages in memory, and look here whether they still hold.
        await SpoilAsync(File + "-shm", SharedHeaderSize);
    }

    private static async Task SpoilAsync(string path, int most)
    {
        try
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            await file.WriteAsync(Rubbish(Math.Min(file.Length, most)));
        }
        catch (FileNotFoundException)
        {
            // Not there yet, or gone with the last connection, which has noticed.
        }
    }

    private static byte[] Rubbish(long size)
    {
        var rubbish = new byte[size];
        new Random(8).NextBytes(rubbish);
        return rubbish;
    }

    private Task DeleteAsync()
    {
        foreach (var file in _folder.GetFiles())
        {
            file.Delete();
        }

        return Task.CompletedTask;
    }
}
