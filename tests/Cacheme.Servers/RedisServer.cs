using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cacheme.Servers;

/// <summary>A redis-server, without persistence: what it held is lost when it stops.</summary>
public sealed class RedisServer : ServerProcess
{
    private static readonly ServerProgram Program = new("redis-server", "'brew install redis'");

    private readonly string[] _arguments;

    private RedisServer(string? password, string[] arguments)
        : base("redis")
    {
        Password = password;
        _arguments = password is null ? arguments : [.. arguments, "--requirepass", password];
    }

    /// <summary>Whether redis-server is installed.</summary>
    public static bool IsAvailable => Program.Path is not null;

    /// <summary>The password it asks for; null when it asks for none.</summary>
    public string? Password { get; }

    /// <summary>Throws where redis-server is not installed.</summary>
    /// <exception cref="ServerMissingException">It is not.</exception>
    public static void Require() => Program.Require();

    /// <summary>Starts a server and waits until it answers.</summary>
    /// <param name="password">The password that it shall ask for.</param>
    /// <param name="arguments">Further arguments of redis-server.</param>
    /// <exception cref="ServerMissingException">It is not installed.</exception>
    public static async Task<RedisServer> StartAsync(string? password = null, params string[] arguments)
    {
        Require();
        var server = new RedisServer(password, arguments);
        await server.LaunchAsync();
        return server;
    }

    /// <summary>A server that is down: it has a port on which nobody listens until it is restarted.</summary>
    /// <exception cref="ServerMissingException">It is not installed.</exception>
    public static RedisServer Stopped()
    {
        Require();
        return new RedisServer(password: null, []);
    }

    /// <inheritdoc/>
    protected override ProcessStartInfo Command() => new(
        Program.Require(),
        [
            "--bind", "127.0.0.1", "--port", Port.ToString(CultureInfo.InvariantCulture), "--dir", Folder.FullName,
            "--logfile", LogFile, "--save", "", "--appendonly", "no", "--daemonize", "no", .. _arguments,
        ]);

    /// <inheritdoc/>
    protected override async Task<bool> AnswersAsync(int process, CancellationToken cancellationToken)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
            var login = Password is null ? "" : $"AUTH {Password}\r\n";
            await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes($"{login}INFO server\r\nQUIT\r\n"), cancellationToken);
            using var reader = new StreamReader(client.GetStream());
            var answer = await reader.ReadToEndAsync(cancellationToken);
            return answer.Contains($"process_id:{process}\r\n", StringComparison.Ordinal);
        }
        catch (Exception failure) when (failure is SocketException or IOException or OperationCanceledException)
        {
            return false;
        }
    }
}
