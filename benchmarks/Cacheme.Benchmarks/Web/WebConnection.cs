using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cacheme.Benchmarks.Web;

/// <summary>A client's connection that asks for one page again and again, and costs as little as it can: it looks for the end of each response, no more.</summary>
internal sealed class WebConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _request;
    private byte[] _buffer = new byte[256 * 1024];

    public WebConnection(int port, string path)
    {
        _request = Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n");
        _socket.Connect(IPAddress.Loopback, port);
    }

    /// <summary>Asks once, and reads the whole response.</summary>
    /// <returns>Its bytes.</returns>
    /// <exception cref="InvalidDataException">It is not a success.</exception>
    public async ValueTask<int> AskAsync()
    {
        await _socket.SendAsync(_request);
        var length = 0;
        while (true)
        {
            if (length == _buffer.Length)
            {
                Array.Resize(ref _buffer, _buffer.Length * 2);
            }

            var read = await _socket.ReceiveAsync(_buffer.AsMemory(length));
            if (read == 0)
            {
                throw new InvalidDataException("The server has closed the connection.");
            }

            length += read;
            if (IsWhole(_buffer.AsSpan(0, length)))
            {
                return length;
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private static bool IsWhole(ReadOnlySpan<byte> response)
    {
        var end = response.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        if (!response.StartsWith("HTTP/1.1 200 "u8))
        {
            throw new InvalidDataException($"The server answered {Encoding.ASCII.GetString(response[..response.IndexOf("\r\n"u8)])}.");
        }

        var head = response[..end];
        var body = response[(end + 4)..];
        var at = head.IndexOf("Content-Length: "u8);
        return at < 0
            ? body.EndsWith("\r\n0\r\n\r\n"u8) // in chunks
            : Utf8Parser.TryParse(head[(at + 16)..], out int length, out _) && body.Length == length;
    }
}
