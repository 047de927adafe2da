using System.Diagnostics;
using Cacheme.Servers;
using Cacheme.Storage.Outage.Faults;

namespace Cacheme.Storage.Outage.Backends;

/// <summary>An SQLite file on a small disk of its own, in memory, which fills up. Linux only, and only root can make one.</summary>
public sealed class SqliteSmallDiskBackend : SqliteBackend
{
    private bool _mounted;

    /// <inheritdoc/>
    public override string Name => "sqlite on a small disk";

    /// <inheritdoc/>
    public override IReadOnlyList<Fault> Faults => [new("disk full", _ => FillAsync(), EmptyAsync) { Symptom = Symptom.SomeFails }];

    private string Filler => Path.Combine(Folder, "filler");

    /// <inheritdoc/>
    public override async Task StartAsync()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            throw new ServerMissingException("A small disk can be made by root on Linux only.");
        }

        await RunAsync("mount", "-t", "tmpfs", "-o", "size=8m", "cacheme", Folder);
        _mounted = true;
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (_mounted)
        {
            await RunAsync("umount", Folder);
        }

        await base.DisposeAsync();
    }

    private async Task FillAsync()
    {
        await using var filler = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1);
        var page = new byte[4096];
        try
        {
            while (true)
            {
                filler.Write(page);
            }
        }
        catch (IOException)
        {
            // It is full.
        }
    }

    private Task EmptyAsync()
    {
        File.Delete(Filler);
        return Task.CompletedTask;
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} failed.");
        }
    }
}
