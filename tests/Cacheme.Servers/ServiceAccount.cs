using System.Diagnostics;

namespace Cacheme.Servers;

/// <summary>The account of a server's package, for servers that refuse to run as root; nothing changes for everybody else.</summary>
internal sealed class ServiceAccount(string name)
{
    /// <summary>A command that runs under the account; it keeps its process's id.</summary>
    public ProcessStartInfo Command(string program, params IEnumerable<string> arguments) => Environment.IsPrivilegedProcess
        ? new ProcessStartInfo("setpriv", [$"--reuid={name}", $"--regid={name}", "--clear-groups", program, .. arguments])
        : new ProcessStartInfo(program, arguments);

    /// <summary>A command that gives a folder to the account.</summary>
    public ProcessStartInfo Own(string folder) =>
        Environment.IsPrivilegedProcess ? new ProcessStartInfo("chown", ["-R", $"{name}:", folder]) : new ProcessStartInfo("true");
}
