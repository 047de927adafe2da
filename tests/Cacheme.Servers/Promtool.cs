using System.Diagnostics;

namespace Cacheme.Servers;

/// <summary>The program with which Prometheus' own parser looks at rules and configurations, and runs rules' tests.</summary>
public static class Promtool
{
    private static readonly ServerProgram Program = new("promtool", "'brew install prometheus'");

    /// <summary>Runs it to its end.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>Whether it found nothing wrong, and all that it said.</returns>
    /// <exception cref="ServerMissingException">It is not installed.</exception>
    public static Task<(bool Succeeded, string Said)> RunAsync(params IEnumerable<string> arguments) => RunAsync(arguments, "");

    /// <summary>Runs it to its end with something to read.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="input">What it reads.</param>
    /// <returns>Whether it found nothing wrong, and all that it said.</returns>
    /// <exception cref="ServerMissingException">It is not installed.</exception>
    public static async Task<(bool Succeeded, string Said)> RunAsync(IEnumerable<string> arguments, string input)
    {
        var command = new ProcessStartInfo(Program.Require(), arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(command)!; // Not null: no shell is used.
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode == 0, string.Concat(said));
    }
}
