using System.Diagnostics;
using System.Globalization;

namespace Cacheme.Benchmarks.Fleets;

/// <summary>One process of a fleet, told what to do by lines.</summary>
internal sealed class FleetMember : IAsyncDisposable
{
    private readonly Process _process;

    private FleetMember(Process process) => _process = process;

    public static async Task<FleetMember> StartAsync(string url)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true };
        // With this program's own frameworks: what ASP.NET Core has is not beside it.
        var own = Path.Combine(AppContext.BaseDirectory, typeof(FleetMember).Assembly.GetName().Name!); // an assembly has a name
        string[] arguments = ["exec", "--runtimeconfig", $"{own}.runtimeconfig.json", "--depsfile", $"{own}.deps.json", Path.Combine(AppContext.BaseDirectory, "Cacheme.Fleet.dll"), url];
        Array.ForEach(arguments, start.ArgumentList.Add);
        var member = new FleetMember(Process.Start(start) ?? throw new InvalidOperationException("The process did not start."));
        return await member.ReadAsync() == "ready" ? member : throw new InvalidOperationException("The process is not ready.");
    }

    public async Task<string> AskAsync(string command)
    {
        await _process.StandardInput.WriteLineAsync(command);
        await _process.StandardInput.FlushAsync();
        var answer = await ReadAsync();
        return answer.StartsWith("error", StringComparison.Ordinal) ? throw new InvalidOperationException(answer) : answer;
    }

    /// <summary>Asks for a list of numbers in threes.</summary>
    public async Task<IReadOnlyList<(int Key, long First, long Second)>> ListAsync(string command) =>
    [
        .. (await AskAsync(command)).Split(';', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(',')).Select(parts => (
            int.Parse(parts[0], CultureInfo.InvariantCulture),
            long.Parse(parts[1], CultureInfo.InvariantCulture),
            long.Parse(parts[2], CultureInfo.InvariantCulture))),
    ];

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<string> ReadAsync() => await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The process has ended.");
}
