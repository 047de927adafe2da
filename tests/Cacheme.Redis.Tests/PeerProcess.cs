using System.Diagnostics;
using Cacheme.Servers;
using Cacheme.Testing;

namespace Cacheme.Redis.Tests;

/// <summary>A process of its own that caches in Redis and does what it is told.</summary>
internal sealed class PeerProcess : IAsyncDisposable
{
    private readonly Process _process;

    private PeerProcess(Process process) => _process = process;

    /// <summary>Starts one and waits until it is ready.</summary>
    /// <param name="name">What the values it loads begin with.</param>
    /// <param name="server">Where it caches.</param>
    public static async Task<PeerProcess> StartAsync(string name, RedisServer server)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true };
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "Cacheme.Redis.Peer.dll"), name, server.EndPoint];
        Array.ForEach(arguments, start.ArgumentList.Add);
        var peer = new PeerProcess(Process.Start(start) ?? throw new InvalidOperationException("The peer did not start."));
        Assert.Equal("ready", await peer.ReadAsync());
        return peer;
    }

    /// <summary>Gives a command and waits for the answer.</summary>
    /// <param name="command">The command.</param>
    public async Task<string?> AskAsync(string command)
    {
        await _process.StandardInput.WriteLineAsync(command);
        await _process.StandardInput.FlushAsync();
        return await ReadAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private Task<string?> ReadAsync() =>
        _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience.Limit);
}
