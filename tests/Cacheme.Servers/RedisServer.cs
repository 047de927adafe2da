using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Cacheme.Servers;

/// <summary>A redis-server, without persistence: what it held is lost when it stops.</summary>
public sealed class RedisServer : ServerProcess
{
    private static readonly ServerProgram Program = new("redis-server", "'brew install redis'");

    private readonly string[] _arguments;
    private readonly ServerCertificate? _certificate;

    private RedisServer(string? password, string[] arguments, ServerCertificate? certificate = null)
        : base("redis")
    {
        Password = password;
        _certificate = certificate;
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

    /// <summary>Starts a server that speaks TLS only, and waits until it answers.</summary>
    /// <param name="certificate">Its certificate, which must stay as long as it runs.</param>
    /// <param name="password">The password that it shall ask for.</param>
    /// <param name="arguments">Further arguments of redis-server.</param>
    /// <exception cref="ServerMissingException">It is not installed.</exception>
    public static async Task<RedisServer> StartWithTlsAsync(ServerCertificate certificate, string? password = null, params string[] arguments)
    {
        Require();
        var server = new RedisServer(password, arguments, certificate);
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
            "--bind", "127.0.0.1", .. Ports(), "--dir", Folder.FullName,
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
            await using var stream = await OpenAsync(client, cancellationToken);
            await stream.WriteAsync(Encoding.UTF8.GetBytes($"{login}INFO server\r\nQUIT\r\n"), cancellationToken);
            using var reader = new StreamReader(stream);
            var answer = await reader.ReadToEndAsync(cancellationToken);
            return answer.Contains($"process_id:{process}\r\n", StringComparison.Ordinal);
        }
        catch (Exception failure) when (failure is SocketException or IOException or OperationCanceledException)
        {
            return false;
        }
    }

    private string[] Ports()
    {
        var port = Port.ToString(CultureInfo.InvariantCulture);
        return _certificate is null
            ? ["--port", port]
            : [
                "--port", "0", "--tls-port", port, "--tls-auth-clients", "no", "--tls-ca-cert-file", _certificate.AuthorityFile,
                "--tls-cert-file", _certificate.CertificateFile, "--tls-key-file", _certificate.KeyFile,
            ];
    }

    private async Task<Stream> OpenAsync(TcpClient client, CancellationToken cancellationToken)
    {
        if (_certificate is null)
        {
            return client.GetStream();
        }

        // For any host and any day: whether these fit is for the clients under test to find out.
        var stream = new SslStream(
            client.GetStream(), leaveInnerStreamOpen: false, static (_, _, _, errors) => errors is SslPolicyErrors.None or SslPolicyErrors.RemoteCertificateNameMismatch);
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid };
        trust.CustomTrustStore.ImportFromPemFile(_certificate.AuthorityFile);
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = trust }, cancellationToken);
        return stream;
    }
}
