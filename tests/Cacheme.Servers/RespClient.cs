using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cacheme.Servers;

/// <summary>Asks one Redis server, without a driver that would look for another one.</summary>
internal sealed class RespClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TcpClient _client;
    private readonly BufferedStream _stream;

    // One character is one byte, so that keys of any bytes pass through unchanged.
    private static Encoding Bytes => Encoding.Latin1;

    private RespClient(TcpClient client)
    {
        _client = client;
        _stream = new BufferedStream(client.GetStream());
    }

    /// <summary>Asks one thing on a connection of its own.</summary>
    /// <param name="port">The server's port on 127.0.0.1.</param>
    /// <param name="command">The command and its arguments.</param>
    public static async Task<object?> AskAsync(int port, params string[] command)
    {
        using var client = await ConnectAsync(port);
        return await client.AskAsync(command);
    }

    public static async Task<RespClient> ConnectAsync(int port)
    {
        var client = new TcpClient { NoDelay = true };
        try
        {
            using var limit = new CancellationTokenSource(Patience);
            await client.ConnectAsync(IPAddress.Loopback, port, limit.Token);
            return new RespClient(client);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Sends a command and reads the answer: a string, a long, an array of these, or null.</summary>
    /// <param name="command">The command and its arguments.</param>
    /// <exception cref="InvalidOperationException">The server refused; the message is the server's.</exception>
    public async Task<object?> AskAsync(params string[] command)
    {
        var text = new StringBuilder($"*{command.Length}\r\n");
        foreach (var argument in command)
        {
            text.Append(CultureInfo.InvariantCulture, $"${argument.Length}\r\n{argument}\r\n");
        }

        using var limit = new CancellationTokenSource(Patience);
        await _stream.WriteAsync(Bytes.GetBytes(text.ToString()), limit.Token);
        await _stream.FlushAsync(limit.Token);
        return await ReadAsync(limit.Token);
    }

    public void Dispose()
    {
        _stream.Dispose();
        _client.Dispose();
    }

    /// <summary>A key of text as an argument: its bytes are UTF-8.</summary>
    /// <param name="key">The key.</param>
    public static string Escape(string key) => Bytes.GetString(Encoding.UTF8.GetBytes(key));

    private async Task<object?> ReadAsync(CancellationToken cancellationToken)
    {
        var line = await ReadLineAsync(cancellationToken);
        var rest = line[1..];
        switch (line[0])
        {
            case '-':
                throw new InvalidOperationException(rest);
            case ':':
                return Number(rest);
            case '$':
                return await ReadStringAsync(Number(rest), cancellationToken);
            case '*':
                var items = new object?[Number(rest)];
                for (var i = 0; i < items.Length; i++)
                {
                    items[i] = await ReadAsync(cancellationToken);
                }

                return items;
            default:
                return rest;
        }
    }

    private async Task<string?> ReadStringAsync(long length, CancellationToken cancellationToken)
    {
        if (length < 0)
        {
            return null;
        }

        var bytes = new byte[length + 2];
        await _stream.ReadExactlyAsync(bytes, cancellationToken);
        return Bytes.GetString(bytes.AsSpan(0, (int)length));
    }

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (line.Length < 2 || line[^1] != '\n')
        {
            await _stream.ReadExactlyAsync(one, cancellationToken);
            line.Append((char)one[0]);
        }

        return line.ToString(0, line.Length - 2);
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
