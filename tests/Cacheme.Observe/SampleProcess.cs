using System.Diagnostics;

namespace Cacheme.Observe;

/// <summary>The sample as a program of its own.</summary>
public sealed class SampleProcess : IAsyncDisposable
{
    private readonly Process _process;

    private SampleProcess(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Starts it on a free port and waits until it listens.</summary>
    /// <param name="folder">Where its data is. Several may share it, and with it the second tier.</param>
    /// <param name="settings">Further settings, as of the command line.</param>
    public static async Task<SampleProcess> StartAsync(string folder, params string[] settings)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "WebApi.dll"), "--urls", "http://127.0.0.1:0", "--DataFolder", folder, .. settings];
        Array.ForEach(arguments, start.ArgumentList.Add);
        var process = Process.Start(start) ?? throw new InvalidOperationException("The sample did not start.");
        var address = await AddressAsync(process.StandardOutput);

        // Read on and forgotten: a pipe that is full would hold the sample up.
        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        return new SampleProcess(process, address);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<Uri> AddressAsync(StreamReader output)
    {
        const string Says = "Now listening on: ";
        while (await output.ReadLineAsync() is { } line)
        {
            if (line.IndexOf(Says, StringComparison.Ordinal) is >= 0 and var at)
            {
                return new Uri(line[(at + Says.Length)..]);
            }
        }

        throw new InvalidOperationException("The sample ended before it listened.");
    }
}
