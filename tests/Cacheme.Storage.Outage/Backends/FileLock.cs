using System.Diagnostics;
using System.Runtime.Versioning;
using Microsoft.Data.Sqlite;

namespace Cacheme.Storage.Outage.Backends;

/// <summary>An SQLite file held by another process, which lets nobody else write, nor read where the system can lock bytes of a file (Linux).</summary>
/// <remarks>
/// In WAL mode the lock of a writer leaves readers alone. Each of them takes a lock of its own on one of five bytes of the file of
/// shared memory; a process that mends the log, as one does after a crash, holds these, and this one does as if it never ended.
/// </remarks>
internal sealed class FileLock : IAsyncDisposable
{
    /// <summary>The word on the command line that makes this program hold a file.</summary>
    public const string Verb = "lock";

    private const string Held = "held";
    private const int FirstReadLock = 123;
    private const int ReadLocks = 5;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(1);
    private readonly Process _process;

    private FileLock(Process process) => _process = process;

    /// <summary>Starts a process that takes the lock, and returns when it has it.</summary>
    public static async Task<FileLock> TakeAsync(string file)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Cacheme.Storage.Outage.dll");
        var start = new ProcessStartInfo("dotnet", [program, Verb, file]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        var held = new FileLock(Process.Start(start)!); // Not null: no shell is used.
        return await held._process.StandardOutput.ReadLineAsync() == Held ? held : throw new InvalidOperationException($"{file} could not be locked.");
    }

    /// <summary>What the other process does: holds the file until its input ends.</summary>
    public static async Task HoldAsync(string file)
    {
        await using var connection = new SqliteConnection($"Data Source={file};Pooling=false");
        await connection.OpenAsync();
        await using var command = new SqliteCommand("PRAGMA busy_timeout = 30000; BEGIN EXCLUSIVE", connection);
        await command.ExecuteNonQueryAsync();
        await using var shared = OperatingSystem.IsLinux() ? await LockReadersOutAsync(file + "-shm") : Stream.Null;
        Console.WriteLine(Held);
        await Console.In.ReadToEndAsync();
    }

    [SupportedOSPlatform("linux")]
    private static async Task<Stream> LockReadersOutAsync(string file)
    {
        var shared = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        for (var i = 0; i < ReadLocks; i++)
        {
            while (!TryLock(shared, FirstReadLock + i))
            {
                await Task.Delay(Poll);
            }
        }

        return shared;
    }

    [SupportedOSPlatform("linux")]
    private static bool TryLock(FileStream file, long position)
    {
        try
        {
            file.Lock(position, 1);
            return true;
        }
        catch (IOException)
        {
            return false; // A reader is at it.
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
