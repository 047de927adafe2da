using System.Diagnostics;
using System.Net.Http.Json;

namespace Cacheme.Benchmarks.Web;

/// <summary>The server's process.</summary>
internal sealed class WebProcess : IAsyncDisposable
{
    private readonly Process _process;

    private WebProcess(Process process, Uri address)
    {
        _process = process;
        Client = new HttpClient { BaseAddress = address };
    }

    public HttpClient Client { get; }

    public int Port => Client.BaseAddress!.Port; // it was given one

    public static async Task<WebProcess> StartAsync()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [.. Itself(), WebServer.Argument]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        var process = Process.Start(start) ?? throw new InvalidOperationException("The server's process cannot be started.");
        var address = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The server's process has ended before it said its address.");
        return new WebProcess(process, new Uri(address));
    }

    public async Task<WebFigures> FiguresAsync() => await Client.GetFromJsonAsync<WebFigures>("/figures") ?? throw new InvalidDataException("The server gives no figures.");

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    // Where the program was started by "dotnet", it is the first argument.
    private static IEnumerable<string> Itself() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(WebProcess).Assembly.Location] : [];
}
