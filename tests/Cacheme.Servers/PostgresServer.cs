using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Cacheme.Servers;

/// <summary>A PostgreSQL server with one user, its password, and the database <c>postgres</c>. It keeps what it was told over a restart.</summary>
public sealed class PostgresServer : ServerProcess
{
    /// <summary>The one user, who may do everything.</summary>
    public const string User = "cacheme";

    /// <summary>The user's password.</summary>
    public const string Password = "pg s3cret/:@";

    private static readonly string[] Folders =
        Directory.Exists("/usr/lib/postgresql") ? [.. Directory.GetDirectories("/usr/lib/postgresql").Order().Select(version => Path.Combine(version, "bin"))] : [];

    private static readonly ServerProgram Program = new("postgres", "'brew install postgresql'", Folders);
    private static readonly ServerProgram Initializer = new("initdb", "'brew install postgresql'", Folders);
    private static readonly ServiceAccount Account = new("postgres");

    private readonly string[] _settings;

    private PostgresServer(string[] settings)
        : base("postgres") => _settings = settings;

    /// <summary>Whether the server is installed.</summary>
    public static bool IsAvailable => Program.Path is not null && Initializer.Path is not null;

    /// <summary>How it is reached, with the driver's defaults.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Username = User,
        Password = Password,
        Database = "postgres",
    }.ToString();

    private string Data => Path.Combine(Folder.FullName, "data");

    /// <summary>Throws where the server is not installed.</summary>
    /// <exception cref="ServerMissingException">It is not.</exception>
    public static void Require()
    {
        Program.Require();
        Initializer.Require();
    }

    /// <summary>Starts a server and waits until it answers.</summary>
    /// <param name="settings">Further settings, as <c>name=value</c>.</param>
    /// <exception cref="ServerMissingException">It is not installed.</exception>
    public static async Task<PostgresServer> StartAsync(params string[] settings)
    {
        Require();
        var server = new PostgresServer(settings);
        await server.LaunchAsync();
        return server;
    }

    /// <inheritdoc/>
    protected override async Task PrepareAsync()
    {
        var password = Path.Combine(Folder.FullName, "password");
        await File.WriteAllTextAsync(password, Password);
        await RunAsync(Account.Own(Folder.FullName));
        await RunAsync(Account.Command(
            Initializer.Require(), "-D", Data, "-U", User, "-A", "scram-sha-256", $"--pwfile={password}", "-E", "UTF8", "--locale=C", "--no-sync"));
    }

    /// <inheritdoc/>
    protected override ProcessStartInfo Command()
    {
        // The files outlive the process, which is all that dies here, so nothing needs to be flushed to a disk.
        string[] settings =
        [
            "fsync=off", "max_connections=200", "listen_addresses=127.0.0.1", $"unix_socket_directories={Folder.FullName}",
            "logging_collector=on", $"log_directory={Folder.FullName}", "log_filename=log", .. _settings,
        ];
        return Account.Command(
            Program.Require(),
            ["-D", Data, "-p", Port.ToString(CultureInfo.InvariantCulture), .. settings.SelectMany(setting => (string[])["-c", setting])]);
    }

    /// <inheritdoc/>
    protected override async Task<bool> AnswersAsync(int process, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
            await connection.OpenAsync(cancellationToken);
            await using var command = new NpgsqlCommand("SHOW data_directory", connection);
            return Data.Equals(await command.ExecuteScalarAsync(cancellationToken));
        }
        catch (Exception failure) when (failure is NpgsqlException or OperationCanceledException)
        {
            return false;
        }
    }
}
