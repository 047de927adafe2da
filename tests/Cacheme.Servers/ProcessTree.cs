using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Cacheme.Servers;

/// <summary>A process and all that it started: signals reach them together. Linux; on macOS the first process alone.</summary>
/// <remarks>PostgreSQL serves each connection by a process, and gives each of them a process group of its own.</remarks>
internal sealed class ProcessTree(int root)
{
    private const int KillSignal = 9;
    private const int NoSuchProcess = 3;

    // Until its threads have seen the signal, a process may still answer.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly int StopSignal = OperatingSystem.IsMacOS() ? 17 : 19;
    private static readonly int ContinueSignal = OperatingSystem.IsMacOS() ? 19 : 18;

    public void Suspend()
    {
        // Each before its children are looked for: a process that is stopped begins nothing new.
        var open = new Stack<int>([root]);
        while (open.TryPop(out var process))
        {
            Send(process, StopSignal);
            SpinWait.SpinUntil(() => HasStopped(process), Patience);
            ChildrenOf(process).ForEach(open.Push);
        }
    }

    public void Resume() => Members().ForEach(process => Send(process, ContinueSignal));

    public void Kill()
    {
        Suspend();
        Members().ForEach(process => Send(process, KillSignal));
    }

    private List<int> Members()
    {
        List<int> members = [root];
        for (var i = 0; i < members.Count; i++)
        {
            members.AddRange(ChildrenOf(members[i]));
        }

        return members;
    }

    private static bool HasStopped(int process)
    {
        try
        {
            // The state stands behind the name, which may hold anything.
            return Directory.GetDirectories($"/proc/{process}/task")
                .Select(thread => File.ReadAllText(Path.Combine(thread, "stat")))
                .All(stat => stat[stat.LastIndexOf(')') + 2] is 'T' or 't' or 'Z' or 'X');
        }
        catch (IOException)
        {
            return true; // It has ended, or this is no Linux.
        }
    }

    private static List<int> ChildrenOf(int process)
    {
        try
        {
            return [.. Directory.GetDirectories($"/proc/{process}/task")
                .SelectMany(thread => File.ReadAllText(Path.Combine(thread, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Select(child => int.Parse(child, CultureInfo.InvariantCulture))];
        }
        catch (IOException)
        {
            return []; // It has ended.
        }
    }

    private static void Send(int process, int signal)
    {
        if (SendSignal(process, signal) != 0 && Marshal.GetLastPInvokeError() is var error and not NoSuchProcess)
        {
            throw new Win32Exception(error, $"Signal {signal} was not delivered.");
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
}
