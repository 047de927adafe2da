using System.Diagnostics;
using System.Globalization;
using MySqlConnector;

namespace Cacheme.Servers;

/// <summary>A MariaDB server with one user, its password, and a database. It keeps what it was told over a restart.</summary>
public sealed class MariaDbServer : ServerProcess
{
    /// <summary>The one user, who may do everything.</summary>
    public const string User = "cacheme";

    /// <summary>The user's password.</summary>
    public const string Password = "my s3cret/:@";

    /// <summary>The one database.</summary>
    public const string Database = "cachedb";

    private static readonly ServerProgram Program = new("mariadbd", "'brew install mariadb'", "/usr/sbin", "/usr/libexec");
    private static readonly ServerProgram Initializer = new("mariadb-install-db", "'brew install mariadb'");
    private static readonly ServiceAccount Account = new("mysql");

    private readonly string[] _arguments;

    private MariaDbServer(string[] arguments)
        : base("mariadb") => _arguments = arguments;

    /// <summary>Whether the server is installed.</summary>
    public static bool IsAvailable => Program.Path is not null && Initializer.Path is not null;

    /// <summary>How it is reached, with the driver's defaults.</summary>
    public string ConnectionString => new MySqlConnectionStringBuilder
    {
        Server = "127.0.0.1",
        Port = (uint)Port,
        UserID = User,
        Password = Password,
        Database = Database,
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
    /// <param name="arguments">Further arguments of mariadbd.</param>
    /// <exception cref="ServerMissingException">It is not installed.</exception>
    public static async Task<MariaDbServer> StartAsync(params string[] arguments)
    {
        Require();
        var server = new MariaDbServer(arguments);
        await server.LaunchAsync();
        return server;
    }

    /// <inheritdoc/>
    protected override async Task PrepareAsync()
    {
        await File.WriteAllTextAsync(
            Path.Combine(Folder.FullName, "init.sql"),
            $"""
            CREATE DATABASE IF NOT EXISTS {Database};
            CREATE USER IF NOT EXISTS '{User}'@'127.0.0.1' IDENTIFIED BY '{Password}';
            GRANT ALL PRIVILEGES ON *.* TO '{User}'@'127.0.0.1' WITH GRANT OPTION;

            """);
        await RunAsync(Account.Own(Folder.FullName));

        // Every server deletes what it finds of temporary tables where its own are to be: not in a folder that others share.
        await RunAsync(Account.Command(
            Initializer.Require(), "--no-defaults", $"--datadir={Data}", $"--tmpdir={Folder.FullName}", "--auth-root-authentication-method=normal", "--skip-test-db"));
    }

    /// <inheritdoc/>
    protected override ProcessStartInfo Command() => Account.Command(
        Program.Require(),
        [
            "--no-defaults", $"--datadir={Data}", $"--tmpdir={Folder.FullName}", $"--port={Port.ToString(CultureInfo.InvariantCulture)}", "--bind-address=127.0.0.1",
            $"--socket={Path.Combine(Folder.FullName, "socket")}", $"--pid-file={Path.Combine(Folder.FullName, "pid")}", $"--log-error={LogFile}",
            $"--init-file={Path.Combine(Folder.FullName, "init.sql")}", "--skip-name-resolve", "--innodb-flush-log-at-trx-commit=2", "--innodb-buffer-pool-size=64M",
            "--max-allowed-packet=64M", .. _arguments,
        ]);

    /// <inheritdoc/>
    protected override async Task<bool> AnswersAsync(int process, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new MySqlConnection(ConnectionString + ";Pooling=false");
            await connection.OpenAsync(cancellationToken);
            await using var command = new MySqlCommand("SELECT @@datadir", connection);
            return await command.ExecuteScalarAsync(cancellationToken) is string folder && folder.TrimEnd('/') == Data;
        }
        catch (Exception failure) when (failure is MySqlException or OperationCanceledException)
        {
            return false;
        }
    }
}
