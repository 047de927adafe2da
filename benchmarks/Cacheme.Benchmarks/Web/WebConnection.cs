using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cacheme.Benchmarks.Web;

/// <summary>A client's connection that asks for one page again and again, and costs as little as it can, the same for every way.</summary>
internal sealed class WebConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly WebResponse _response = new();
    private readonly WebTarget _target;
    private readonly byte[] _request;

    public WebConnection(int port, WebTarget target)
    {
        _target = target;
        _request = Encoding.ASCII.GetBytes($"GET {target.Path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n");
        _socket.Connect(IPAddress.Loopback, port);
    }

    /// <summary>Asks once, and compares the whole answer.</summary>
    /// <exception cref="InvalidDataException">It is not the page, or not from where it should be.</exception>
    public async ValueTask CheckAsync()
    {
        await ReadAsync();
        _target.Check(_response);
    }

    /// <summary>Asks once, and reads the whole response.</summary>
    /// <exception cref="InvalidDataException">It is not a success, or not as long as the page.</exception>
    public async ValueTask AskAsync()
    {
        await ReadAsync();
        _target.CheckLength(_response);
    }

    public void Dispose()
    {
        _socket.Dispose();
        _response.Dispose();
    }

    private async ValueTask ReadAsync()
    {
        _response.Clear();
        await _socket.SendAsync(_request);
        int count;
        do
        {
            count = await _socket.ReceiveAsync(_response.Free);
            if (count == 0)
            {
                throw new InvalidDataException("The server has closed the connection.");
            }
        }
        while (!_response.Add(count));
    }
}
