using System.ComponentModel;
using System.Diagnostics;
using Cacheme.Servers;
using Cacheme.Storage.Outage.Faults;

namespace Cacheme.Storage.Outage.Backends;

/// <summary>An SQLite file on a small disk of its own, in memory, which fills up. Linux only; root makes it, or who may be root by sudo without a password.</summary>
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
        _mounted = OperatingSystem.IsLinux()
            && await TryRunAsRootAsync("mount", "-t", "tmpfs", "-o", $"size=8m,mode=700,uid={Environment.UserName}", "cacheme", Folder);
        if (!_mounted)
        {
            throw new ServerMissingException(
                "A small disk could not be mounted. On Linux root may do that, and who may call sudo without a password; in a container it needs the right to mount (CAP_SYS_ADMIN).");
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (_mounted && !await TryRunAsRootAsync("umount", Folder))
        {
            throw new InvalidOperationException($"{Folder} could not be unmounted.");
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

    private static async Task<bool> TryRunAsRootAsync(string program, params string[] arguments)
    {
        try
        {
            using var process = Environment.IsPrivilegedProcess
                ? Process.Start(program, arguments)
                : Process.Start("sudo", ["-n", program, .. arguments]);
            await process.WaitForExitAsync();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false; // There is no such program.
        }
    }
}
