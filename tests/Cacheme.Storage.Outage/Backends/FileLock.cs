using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace Cacheme.Storage.Outage.Backends;

/// <summary>An SQLite file held by another process, which lets nobody else write.</summary>
internal sealed class FileLock : IAsyncDisposable
{
    /// <summary>The word on the command line that makes this program hold a file.</summary>
    public const string Verb = "lock";

    private const string Held = "held";
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
        Console.WriteLine(Held);
        await Console.In.ReadToEndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
