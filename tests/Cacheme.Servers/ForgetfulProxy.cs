using System.Net;
using System.Net.Sockets;

namespace Cacheme.Servers;

/// <summary>Stands between a client and a server of the loopback like a firewall that forgets connections without a word: what is sent is taken, and nothing is answered.</summary>
public sealed class ForgetfulProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly int _target;
    private readonly Task _accepting;
    private int _memory;
    private int _connections;

    /// <summary>Starts to listen.</summary>
    /// <param name="target">The server's port.</param>
    public ForgetfulProxy(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many connections there were.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Forgets the connections that there are; those to come are served.</summary>
    public void Forget() => Interlocked.Increment(ref _memory);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ended.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_ended.Token)));
                Interlocked.Increment(ref _connections);
            }
        }
        finally
        {
            await Task.WhenAll(serving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        var born = Volatile.Read(ref _memory);
        using var near = client;
        using var far = new TcpClient { NoDelay = true };
        near.NoDelay = true;
        await far.ConnectAsync(IPAddress.Loopback, _target, _ended.Token);
        await Task.WhenAny(CopyAsync(near, far, born), CopyAsync(far, near, born));
    }

    private async Task CopyAsync(TcpClient from, TcpClient to, int born)
    {
        var buffer = new byte[64 * 1024];
        while (await from.GetStream().ReadAsync(buffer, _ended.Token) is var count && (count > 0 || IsForgotten(born)))
        {
            if (!IsForgotten(born))
            {
                await to.GetStream().WriteAsync(buffer.AsMemory(0, count), _ended.Token);
            }
            else if (count == 0)
            {
                // The other side is not told of this one's end.
                await Task.Delay(Timeout.Infinite, _ended.Token);
            }
        }
    }

    private bool IsForgotten(int born) => Volatile.Read(ref _memory) != born;
}
