using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Cacheme.Testing;

/// <summary>Stops a process's clock and lets it go on. Linux and macOS only.</summary>
internal static class ProcessSignals
{
    private static readonly int Stop = OperatingSystem.IsMacOS() ? 17 : 19;
    private static readonly int Continue = OperatingSystem.IsMacOS() ? 19 : 18;

    public static void Suspend(this Process process) => Send(process, Stop);

    public static void Resume(this Process process) => Send(process, Continue);

    private static void Send(Process process, int signal)
    {
        if (Kill(process.Id, signal) != 0)
        {
            throw new InvalidOperationException($"Signal {signal} was not delivered.");
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
