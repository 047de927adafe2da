using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cacheme.Servers;

/// <summary>
/// A MongoDB with one user and its password: the mongod that <c>CACHEME_TEST_MONGODB</c> names, or a stand-in that speaks its
/// protocol where that is not said. It keeps what it was told over a restart.
/// </summary>
public sealed class MongoServer : ServerProcess
{
    /// <summary>The variable with the path of a mongod.</summary>
    public const string ProgramVariable = "CACHEME_TEST_MONGODB";

    /// <summary>The one user, who may do everything.</summary>
    public const string User = "cacheme";

    /// <summary>The user's password.</summary>
    public const string Password = "m0ngo s3cret/:@";

    private static readonly string? Mongod = Environment.GetEnvironmentVariable(ProgramVariable) is { Length: > 0 } path ? path : null;

    private readonly string[] _arguments;
    private readonly ServerCertificate? _certificate;
    private bool _hasUser;

    private MongoServer(ServerCertificate? certificate, string[] arguments)
        : base("mongodb")
    {
        _certificate = certificate;
        _arguments = arguments;
    }

    /// <summary>Whether it is a mongod, and not the stand-in.</summary>
    public static bool IsReal => Mongod is not null;

    /// <summary>How it is reached, with the driver's defaults.</summary>
    public string ConnectionString => $"mongodb://{User}:{Uri.EscapeDataString(Password)}@{EndPoint}/?authSource=admin";

    private string Data => Path.Combine(Folder.FullName, "data");

    /// <summary>Starts a server and waits until it answers. Expired documents are left where they are, unless the arguments say otherwise.</summary>
    /// <param name="arguments">Further arguments of mongod.</param>
    /// <exception cref="ServerMissingException">The mongod that was named is not there.</exception>
    public static async Task<MongoServer> StartAsync(params string[] arguments) => await StartAsync(null, arguments);

    /// <summary>Starts a server that speaks TLS only, and waits until it answers.</summary>
    /// <param name="certificate">Its certificate, which must stay as long as it runs.</param>
    /// <exception cref="ServerMissingException">The mongod that was named is not there.</exception>
    public static async Task<MongoServer> StartWithTlsAsync(ServerCertificate certificate) => await StartAsync(certificate, []);

    /// <summary>Somebody with every right, who looks on.</summary>
    public MongoObserver Observe() => new(Impatient(MongoClientSettings.FromConnectionString(ConnectionString)));

    /// <inheritdoc/>
    protected override Task PrepareAsync()
    {
        Directory.CreateDirectory(Data);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override ProcessStartInfo Command()
    {
        string[] arguments = ["--port", Port.ToString(CultureInfo.InvariantCulture), "--bind_ip", "127.0.0.1", "--dbpath", Data, "--auth", "--setParameter", "enableTestCommands=1", .. TlsArguments(), .. SweepArguments(), .. _arguments];
        return Mongod is null
            ? new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Cacheme.MongoDB.StandIn.dll"), .. arguments])
            : new ProcessStartInfo(Mongod, ["--nounixsocket", "--logpath", LogFile, .. arguments]);
    }

    /// <inheritdoc/>
    protected override async Task<bool> AnswersAsync(int process, CancellationToken cancellationToken)
    {
        try
        {
            // First, since a driver that finds nobody waits half a second before it looks again.
            using (var probe = new TcpClient())
            {
                await probe.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
            }

            await MakeUserAsync(cancellationToken);
            using var observer = Observe();
            var status = await observer.RunAsync("admin", new BsonDocument("serverStatus", 1), cancellationToken);
            return status["pid"].ToInt64() == process;
        }
        catch (Exception failure) when (failure is SocketException or MongoException or TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task<MongoServer> StartAsync(ServerCertificate? certificate, string[] arguments)
    {
        if (Mongod is not null && !File.Exists(Mongod))
        {
            throw new ServerMissingException($"{ProgramVariable} names {Mongod}, and there is no such file.");
        }

        var server = new MongoServer(certificate, arguments);
        await server.LaunchAsync();
        return server;
    }

    /// <summary>As long as there is no user, one on the same machine may make the first.</summary>
    private async Task MakeUserAsync(CancellationToken cancellationToken)
    {
        if (!_hasUser)
        {
            using var stranger = new MongoObserver(Impatient(new MongoClientSettings { Server = new MongoServerAddress("127.0.0.1", Port) }));
            await stranger.RunAsync(
                "admin", new BsonDocument { { "createUser", User }, { "pwd", Password }, { "roles", new BsonArray { "root" } } }, cancellationToken);
            _hasUser = true;
        }
    }

    /// <summary>For any certificate: whether it fits is for the clients under test to find out.</summary>
    private MongoClientSettings Impatient(MongoClientSettings settings)
    {
        settings.ServerSelectionTimeout = TimeSpan.FromSeconds(5);
        settings.UseTls = _certificate is not null;
        settings.AllowInsecureTls = _certificate is not null;
        return settings;
    }

    private string[] TlsArguments() => _certificate is null
        ? []
        : ["--tlsMode", "requireTLS", "--tlsCertificateKeyFile", _certificate.CombinedFile, "--tlsAllowConnectionsWithoutCertificates", "--tlsCAFile", _certificate.AuthorityFile];

    // The clock of many tests is not the server's, which would take all of theirs for expired.
    private string[] SweepArguments() => _arguments.Any(argument => argument.StartsWith("ttlMonitor", StringComparison.Ordinal)) ? [] : ["--setParameter", "ttlMonitorEnabled=false"];
}
