using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cacheme.Benchmarks.Web;

/// <summary>A client's connection that asks for one page again and again, and costs as little as it can, the same for every way.</summary>
/// <remarks>It may send many requests at once (HTTP pipelining), so that a request costs the server little besides the answer.</remarks>
internal sealed class WebConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly WebResponse _response = new();
    private readonly WebTarget _target;
    private readonly int _depth;
    private readonly byte[] _requests;

    /// <param name="port">Where the server listens.</param>
    /// <param name="target">What is asked for.</param>
    /// <param name="depth">How many requests are sent at once.</param>
    public WebConnection(int port, WebTarget target, int depth)
    {
        _target = target;
        _depth = depth;
        _requests = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat($"GET {target.Path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n", depth)));
        _socket.Connect(IPAddress.Loopback, port);
    }

    /// <summary>Asks, and compares the whole answers.</summary>
    /// <exception cref="InvalidDataException">One is not the page, or not from where it should be.</exception>
    public ValueTask CheckAsync() => AskAsync(_target.Check);

    /// <summary>Asks, and reads the whole answers.</summary>
    /// <exception cref="InvalidDataException">One is not a success, or not as long as the page.</exception>
    public ValueTask AskAsync() => AskAsync(_target.CheckLength);

    public void Dispose()
    {
        _socket.Dispose();
        _response.Dispose();
    }

    private async ValueTask AskAsync(Action<WebResponse> check)
    {
        await _socket.SendAsync(_requests);
        for (var i = 0; i < _depth; i++)
        {
            while (!_response.TryRead())
            {
                _response.Add(await _socket.ReceiveAsync(_response.Free) is > 0 and var count ? count : throw new InvalidDataException("The server has closed the connection."));
            }

            check(_response);
            _response.Clear();
        }
    }
}
