using System.Diagnostics;
using System.Globalization;
using Cacheme.Testing;

namespace Cacheme.Fleet.Tests;

/// <summary>A process of a fleet.</summary>
internal sealed class FleetProcess : IAsyncDisposable
{
    private readonly Process _process;

    private FleetProcess(Process process) => _process = process;

    /// <summary>Starts one and waits until it is ready.</summary>
    /// <param name="url">Where the fleet caches.</param>
    public static async Task<FleetProcess> StartAsync(string url)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true };
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "Cacheme.Fleet.dll"), url];
        Array.ForEach(arguments, start.ArgumentList.Add);
        var process = new FleetProcess(Process.Start(start) ?? throw new InvalidOperationException("The process did not start."));
        Assert.Equal("ready", await process.ReadAsync());
        return process;
    }

    /// <summary>Starts several at once.</summary>
    public static async Task<FleetProcess[]> StartAsync(string url, int count) =>
        await Task.WhenAll(Enumerable.Range(0, count).Select(_ => StartAsync(url)));

    /// <summary>Gives a command and waits for the answer.</summary>
    public async Task<string> AskAsync(string command)
    {
        await _process.StandardInput.WriteLineAsync(command);
        await _process.StandardInput.FlushAsync();
        var answer = await ReadAsync() ?? throw new InvalidOperationException("The process has ended.");
        Assert.False(answer.StartsWith("error", StringComparison.Ordinal), answer);
        return answer;
    }

    /// <summary>When the load of a key's value began.</summary>
    public async Task<long> GetAsync(int key) => Number(await AskAsync($"get {key}"));

    /// <summary>Invalidates, and says when that began and ended.</summary>
    public async Task<(long Began, long Ended, bool Failed)> InvalidateAsync(string what)
    {
        var words = (await AskAsync(what)).Split(' ');
        return (Number(words[0]), Number(words[1]), words.Length > 2);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    public static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private Task<string?> ReadAsync() =>
        _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience.Limit);
}
