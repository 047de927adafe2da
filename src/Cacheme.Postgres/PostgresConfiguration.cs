using Cacheme.Sql;
using Cacheme.Storage;
using Npgsql;

namespace Cacheme.Postgres;

/// <summary>Makes the driver's settings, from the driver's own kind of text or from an address.</summary>
internal sealed class PostgresConfiguration
{
    /// <summary>Read before the user's text, which wins.</summary>
    /// <remarks>
    /// A connection needs no reset, because nothing changes it. The driver prepares what it has seen twice. While the server is
    /// down the first callers wait for the whole of the timeout. A statement is given up by the one who waits for it; the
    /// driver's own timeout, which ends the connection and leaves the order of writes open, is for a network that has forgotten
    /// the connection without a word, and far above what a storage waits.
    /// A cache takes no part in the application's transactions.
    /// </remarks>
    private const string Defaults =
        "Maximum Pool Size=50;Timeout=2;Command Timeout=30;Tcp Keepalive=true;Tcp Keepalive Time=10;Tcp Keepalive Interval=2;No Reset On Close=true;Max Auto Prepare=50;Auto Prepare Min Usages=2;Enlist=false;Application Name=Cacheme;";

    private static readonly string[] OwnOptions = ["poolSize", "unlogged", "sslMode", "ca"];

    private PostgresConfiguration(string connectionString, PostgresStorageOptions options)
    {
        ConnectionString = connectionString;
        Options = options;
    }

    // No record: one prints what it holds, and this holds the password.
    public string ConnectionString { get; }

    public PostgresStorageOptions Options { get; }

    /// <summary>Reads a connection string of Npgsql.</summary>
    /// <param name="connectionString">The connection string.</param>
    /// <param name="options">What was set beside it; it wins.</param>
    /// <exception cref="CachemeSetupException">It does not read. The message repeats none of it.</exception>
    public static PostgresConfiguration Parse(string connectionString, PostgresStorageOptions options)
    {
        options.Validate();
        var builder = Read(connectionString);
        if (string.IsNullOrEmpty(builder.Host))
        {
            throw new CachemeSetupException("The connection string names no server. It has the form Host=server;Username=user;Password=...;Database=database.");
        }

        return Make(builder, options);
    }

    /// <summary>Reads <c>postgresql://user:password@host:5432/database?table=cacheme&amp;poolSize=50&amp;sslMode=VerifyFull</c>.</summary>
    /// <param name="url">The address.</param>
    /// <exception cref="CachemeSetupException">The address does not fit. The message holds neither user nor password.</exception>
    /// <exception cref="FormatException">An option's value does not read.</exception>
    public static PostgresConfiguration Parse(StorageUrl url)
    {
        var options = new PostgresStorageOptions();
        SqlAddress.ReadOptions(url, options, OwnOptions);
        options.PoolSize = SqlAddress.Number(url, "poolSize");
        options.Unlogged = url.Option("unlogged", options.Unlogged);
        options.Validate();
        var database = url.Path.Trim('/');
        if (url.Host.Length == 0 || database.Length == 0 || url.User.Length == 0)
        {
            throw new CachemeSetupException($"The address {url} needs a user, a host and a database: {url.Scheme}://user:password@host:5432/database.");
        }

        var builder = Read("");
        SetHosts(builder, url.Hosts);
        builder.Username = url.User;
        builder.Password = url.Password.Length == 0 ? null : url.Password;
        builder.Database = database;
        builder.SslMode = SslModeOf(url, builder.SslMode);
        builder.RootCertificate = url.Option("ca", "") is { Length: > 0 } path ? path : null;
        return Make(builder, options);
    }

    private static PostgresConfiguration Make(NpgsqlConnectionStringBuilder builder, PostgresStorageOptions options)
    {
        builder.MaxPoolSize = options.PoolSize ?? builder.MaxPoolSize;
        builder.MinPoolSize = Math.Min(builder.MinPoolSize, builder.MaxPoolSize);

        // The details are keys, and exceptions are logged.
        builder.IncludeErrorDetail = false;
        return new PostgresConfiguration(builder.ToString(), options);
    }

    private static void SetHosts(NpgsqlConnectionStringBuilder builder, IReadOnlyList<StorageHost> hosts)
    {
        builder.Host = hosts[0].Name.Trim('[', ']');
        builder.Port = hosts[0].Port ?? NpgsqlConnection.DefaultPort;
        if (hosts.Count > 1)
        {
            // The storage writes, and a standby would refuse.
            builder.Host = string.Join(",", hosts.Select(host => host with { Port = host.Port ?? NpgsqlConnection.DefaultPort }));
            builder.TargetSessionAttributes = "primary";
        }
    }

    private static NpgsqlConnectionStringBuilder Read(string connectionString)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(Defaults + connectionString);
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            // Not as the cause: what the driver does not know may be a piece of the password, if that holds a semicolon.
            throw new CachemeSetupException(
                "The connection string has an option that Npgsql does not know, or a value that does not fit. It has the form Host=server;Username=user;Password=...;Database=database; a value with a semicolon stands in quotes.");
        }
    }

    private static SslMode SslModeOf(StorageUrl url, SslMode defaultValue)
    {
        var text = url.Option("sslMode", "");
        if (text.Length == 0)
        {
            return defaultValue;
        }

        // libpq writes verify-full.
        return Enum.TryParse<SslMode>(text.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var mode) && Enum.IsDefined(mode)
            ? mode
            : throw new CachemeSetupException($"The address {url} has an sslMode that is none of {string.Join(", ", Enum.GetNames<SslMode>())}.");
    }
}
