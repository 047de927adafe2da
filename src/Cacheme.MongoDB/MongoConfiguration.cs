using Cacheme.Storage;
using MongoDB.Driver;
using MongoDB.Driver.Core.Configuration;

namespace Cacheme.MongoDB;

/// <summary>Makes the driver's settings, from the driver's own kind of text or from an address.</summary>
internal sealed class MongoConfiguration
{
    private const int DefaultPoolSize = 50;
    private const string DefaultDatabase = "cacheme";

    // While a server is down the first callers wait for the whole of it, and the driver's 30 seconds would be long for a cache.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // The one who waits for an answer gives it up long before: this is for a connection that the network has forgotten, on
    // which a write would else hang for ever, and its key behind it.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    private static readonly string[] OwnOptions = ["collection", "poolSize", "ca", "timeout"]; // The last one is read by Cacheme itself.

    private MongoConfiguration(MongoClientSettings settings, string database, string collection)
    {
        Settings = settings;
        Database = database;
        Collection = collection;
    }

    // No record: one prints what it holds, and this holds the password.
    public MongoClientSettings Settings { get; }

    public string Database { get; }

    public string Collection { get; }

    /// <summary>Reads a connection string of the driver.</summary>
    /// <param name="connectionString">The connection string.</param>
    /// <param name="options">What was set beside it; it wins.</param>
    /// <exception cref="CachemeSetupException">It does not read. The message repeats none of it.</exception>
    /// <exception cref="ArgumentException">An option does not fit.</exception>
    public static MongoConfiguration Parse(string connectionString, MongoStorageOptions options)
    {
        options.Validate();
        var text = Read(connectionString);
        if (text.AllUnknownOptionNames.FirstOrDefault() is not null)
        {
            // Not its name: behind a '?' that should have been escaped, it may be a piece of the password.
            throw new CachemeSetupException("The connection string has an option that the MongoDB driver does not know.");
        }

        return Make(text, options);
    }

    /// <summary>Reads <c>mongodb://user:password@host:27017,host/database?collection=cacheme&amp;poolSize=50</c> with the driver's own options besides.</summary>
    /// <param name="url">The address.</param>
    /// <exception cref="CachemeSetupException">The address does not fit. The message holds neither user nor password.</exception>
    /// <exception cref="FormatException">An option's value does not read.</exception>
    /// <exception cref="ArgumentException">An option does not fit.</exception>
    public static MongoConfiguration Parse(StorageUrl url)
    {
        var options = new MongoStorageOptions();
        options.Database = url.Path.Trim('/') is { Length: > 0 } database ? database : null;
        options.Collection = url.Option("collection", options.Collection);
        options.PoolSize = Says(url, "poolSize") ? url.Option("poolSize", 0) : null;
        options.CertificateAuthority = url.Option("ca", "") is { Length: > 0 } authority ? authority : null;
        options.Validate();
        if (url.Host.Length == 0)
        {
            throw new CachemeSetupException($"A {url.Scheme}:// address must name a host: {url.Scheme}://host/database.");
        }

        var text = Read(DriversOwn(url));
        var unknown = text.AllUnknownOptionNames.ToList();
        if (unknown.Count > 0)
        {
            throw new CachemeSetupException(
                $"The address {url} has an option that neither {url.Scheme}:// nor the driver knows: {string.Join(", ", unknown)}. It knows {string.Join(", ", OwnOptions)}, and the options of MongoDB's connection strings.");
        }

        return Make(text, options);
    }

    private static MongoConfiguration Make(ConnectionString text, MongoStorageOptions options)
    {
        var database = options.Database ?? (string.IsNullOrEmpty(text.DatabaseName) ? DefaultDatabase : text.DatabaseName);
        new MongoStorageOptions { Database = database }.Validate();
        try
        {
            var settings = SettingsOf(text, options);
            _ = settings.FrozenCopy();
            MongoAcknowledgement.Require(settings.WriteConcern);
            return new MongoConfiguration(settings, database, options.Collection);
        }
        catch (Exception fault) when (fault is MongoConfigurationException or ArgumentException or NotSupportedException or (InvalidOperationException and not CachemeSetupException))
        {
            throw Unreadable();
        }
    }

    private static MongoClientSettings SettingsOf(ConnectionString text, MongoStorageOptions options)
    {
        var settings = MongoClientSettings.FromConnectionString(text.ToString());
        settings.MaxConnectionPoolSize = options.PoolSize ?? text.MaxPoolSize ?? DefaultPoolSize;
        settings.MinConnectionPoolSize = Math.Min(settings.MinConnectionPoolSize, settings.MaxConnectionPoolSize);
        settings.ServerSelectionTimeout = text.ServerSelectionTimeout ?? Patience;
        settings.ConnectTimeout = text.ConnectTimeout ?? Patience;
        settings.WaitQueueTimeout = text.WaitQueueTimeout ?? Patience;
        settings.SocketTimeout = text.SocketTimeout ?? Silence;
        settings.ApplicationName = text.ApplicationName ?? "Cacheme";
        if (options.CertificateAuthority is { } authority)
        {
            PrivateAuthority.Trust(authority, settings);
        }

        options.Configure?.Invoke(settings);

        // The driver shares connections among the clients of equal settings and closes them for none of them; a delegate of
        // their own makes these equal to no others, so that they can be closed.
        var configure = settings.ClusterConfigurator;
        settings.ClusterConfigurator = cluster => configure?.Invoke(cluster);
        return settings;
    }

    private static ConnectionString Read(string text)
    {
        try
        {
            return new ConnectionString(text);
        }
        catch (Exception fault) when (fault is MongoConfigurationException or ArgumentException or FormatException)
        {
            throw Unreadable();
        }
    }

    /// <summary>The address without what is Cacheme's own.</summary>
    private static string DriversOwn(StorageUrl url)
    {
        var password = url.Password.Length == 0 ? "" : ":" + Uri.EscapeDataString(url.Password);
        var login = url.User.Length == 0 ? "" : $"{Uri.EscapeDataString(url.User)}{password}@";
        var options = url.OptionNames.Except(OwnOptions, StringComparer.OrdinalIgnoreCase)
            .Select((name, i) => $"{(i == 0 ? '?' : '&')}{Uri.EscapeDataString(name)}={Uri.EscapeDataString(url.Option(name, ""))}");
        return $"{url.Scheme}://{login}{string.Join(',', url.Hosts)}/{Uri.EscapeDataString(url.Path.Trim('/'))}{string.Concat(options)}";
    }

    private static bool Says(StorageUrl url, string option) => url.OptionNames.Contains(option, StringComparer.OrdinalIgnoreCase);

    // Not with its cause: the driver repeats what it cannot read, which may be a piece of the password.
    private static CachemeSetupException Unreadable() => new(
        "The connection string does not read as one of MongoDB's, or has a value that does not fit. It has the form mongodb://user:password@host:27017/database?option=value; special characters in the user and the password are percent-encoded.");
}
