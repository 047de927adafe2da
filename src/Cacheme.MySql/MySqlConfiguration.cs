using Cacheme.Sql;
using Cacheme.Storage;
using MySqlConnector;

namespace Cacheme.MySql;

/// <summary>Makes the driver's settings, from the driver's own kind of text or from an address.</summary>
internal sealed class MySqlConfiguration
{
    private const int DefaultPort = 3306;

    /// <summary>Read before the user's text, which wins.</summary>
    /// <remarks>
    /// A connection needs no reset, because nothing changes it, and a reset would forget what is prepared. While the server is
    /// down the first callers wait for the whole of the timeout. A statement is given up by the one who waits for it; the
    /// driver's own timeout, which ends the connection and leaves the order of writes open, is for a network that has forgotten
    /// the connection without a word, and far above what a storage waits.
    /// A cache takes no part in the application's transactions.
    /// </remarks>
    private const string Defaults =
        "Maximum Pool Size=50;Connection Timeout=2;Default Command Timeout=30;Keep Alive=10;Connection Reset=false;Auto Enlist=false;Application Name=Cacheme;";

    private static readonly string[] OwnOptions = ["poolSize", "sslMode", "ca"];

    private MySqlConfiguration(string connectionString, MySqlStorageOptions options)
    {
        ConnectionString = connectionString;
        Options = options;
    }

    // No record: one prints what it holds, and this holds the password.
    public string ConnectionString { get; }

    public MySqlStorageOptions Options { get; }

    /// <summary>Reads a connection string of MySqlConnector.</summary>
    /// <param name="connectionString">The connection string.</param>
    /// <param name="options">What was set beside it; it wins.</param>
    /// <exception cref="CachemeSetupException">It does not read. The message repeats none of it.</exception>
    public static MySqlConfiguration Parse(string connectionString, MySqlStorageOptions options)
    {
        options.Validate();
        var builder = Read(connectionString);
        return builder.Server.Length > 0 && builder.Database.Length > 0
            ? Make(builder, options)
            : throw new CachemeSetupException("The connection string must name a server and a database. It has the form Server=server;User ID=user;Password=...;Database=database.");
    }

    /// <summary>Reads <c>mysql://user:password@host:3306/database?table=cacheme&amp;poolSize=50&amp;sslMode=VerifyFull</c>.</summary>
    /// <param name="url">The address.</param>
    /// <exception cref="CachemeSetupException">The address does not fit. The message holds neither user nor password.</exception>
    /// <exception cref="FormatException">An option's value does not read.</exception>
    public static MySqlConfiguration Parse(StorageUrl url)
    {
        var options = new MySqlStorageOptions();
        SqlAddress.ReadOptions(url, options, OwnOptions);
        options.PoolSize = SqlAddress.Number(url, "poolSize");
        options.Validate();
        var database = url.Path.Trim('/');
        if (url.Hosts.Count != 1 || database.Length == 0 || url.User.Length == 0)
        {
            throw new CachemeSetupException(
                $"The address {url} needs a user, one host and a database: {url.Scheme}://user:password@host:{DefaultPort}/database. For several hosts use AddMySql.");
        }

        var builder = Read("");
        builder.Server = url.Host.Trim('[', ']');
        builder.Port = (uint)(url.Port ?? DefaultPort);
        builder.UserID = url.User;
        builder.Password = url.Password;
        builder.Database = database;
        builder.SslMode = SslModeOf(url, builder.SslMode);
        builder.SslCa = url.Option("ca", builder.SslCa);
        return Make(builder, options);
    }

    private static MySqlConfiguration Make(MySqlConnectionStringBuilder builder, MySqlStorageOptions options)
    {
        builder.MaximumPoolSize = (uint?)options.PoolSize ?? builder.MaximumPoolSize;
        builder.MinimumPoolSize = Math.Min(builder.MinimumPoolSize, builder.MaximumPoolSize);
        return new MySqlConfiguration(builder.ToString(), options);
    }

    private static MySqlConnectionStringBuilder Read(string connectionString)
    {
        try
        {
            var builder = new MySqlConnectionStringBuilder(Defaults + connectionString);

            // The driver reads some values only now.
            _ = builder.SslMode;
            return builder;
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException or InvalidCastException or OverflowException or InvalidOperationException)
        {
            // Not as the cause: what the driver does not know may be a piece of the password, if that holds a semicolon.
            throw new CachemeSetupException(
                "The connection string has an option that MySqlConnector does not know, or a value that does not fit. It has the form Server=server;User ID=user;Password=...;Database=database; a value with a semicolon stands in quotes.");
        }
    }

    private static MySqlSslMode SslModeOf(StorageUrl url, MySqlSslMode defaultValue)
    {
        var text = url.Option("sslMode", "");
        if (text.Length == 0)
        {
            return defaultValue;
        }

        return Enum.TryParse<MySqlSslMode>(text.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var mode) && Enum.IsDefined(mode)
            ? mode
            : throw new CachemeSetupException($"The address {url} has an sslMode that is none of {string.Join(", ", Enum.GetNames<MySqlSslMode>())}.");
    }
}
