using Cacheme.Storage;
using MongoDB.Driver;
using MongoDB.Driver.Core.Configuration;

namespace Cacheme.MongoDB;

/// <summary>Makes the driver's settings, from the driver's own kind of text or from an address.</summary>
internal sealed class MongoConfiguration
{
    private const string DefaultDatabase = "cacheme";

    private static readonly string[] OwnOptions = ["collection", "poolSize", "ca", "timeout"]; // The last one is read by Cacheme itself.

    private readonly MongoSettings _settings;

    private MongoConfiguration(MongoSettings settings, string database, string collection)
    {
        _settings = settings;
        Settings = settings.Check();
        Database = database;
        Collection = collection;
    }

    /// <summary>The settings as they are known without DNS.</summary>
    /// <remarks>They hold the password, so this is no record: one prints what it holds.</remarks>
    public MongoClientSettings Settings { get; }

    public string Database { get; }

    public string Collection { get; }

    /// <summary>The settings to connect with. For a <c>mongodb+srv://</c> cluster DNS is asked: it takes its time, and may fail.</summary>
    public MongoClientSettings Resolve() => _settings.Make(Settings);

    /// <summary>Reads a connection string of the driver.</summary>
    /// <param name="connectionString">The connection string.</param>
    /// <param name="options">What was set beside it; it wins.</param>
    /// <param name="ask">Asks DNS what it says of a <c>mongodb+srv://</c> cluster; null for the driver's way.</param>
    /// <exception cref="CachemeSetupException">It does not read. The message repeats none of it.</exception>
    /// <exception cref="ArgumentException">An option does not fit.</exception>
    public static MongoConfiguration Parse(string connectionString, MongoStorageOptions options, Func<ConnectionString, MongoClientSettings>? ask = null)
    {
        options.Validate();
        var text = Read(connectionString);
        if (text.AllUnknownOptionNames.FirstOrDefault() is not null)
        {
            // Not its name: behind a '?' that should have been escaped, it may be a piece of the password.
            throw new CachemeSetupException("The connection string has an option that the MongoDB driver does not know.");
        }

        return Make(text, options, ask);
    }

    /// <summary>Reads <c>mongodb://user:password@host:27017,host/database?collection=cacheme&amp;poolSize=50</c> with the driver's own options besides.</summary>
    /// <param name="url">The address.</param>
    /// <param name="ask">Asks DNS what it says of a <c>mongodb+srv://</c> cluster; null for the driver's way.</param>
    /// <exception cref="CachemeSetupException">The address does not fit. The message holds neither user nor password.</exception>
    /// <exception cref="FormatException">An option's value does not read.</exception>
    /// <exception cref="ArgumentException">An option does not fit.</exception>
    public static MongoConfiguration Parse(StorageUrl url, Func<ConnectionString, MongoClientSettings>? ask = null)
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

        return Make(text, options, ask);
    }

    private static MongoConfiguration Make(ConnectionString text, MongoStorageOptions options, Func<ConnectionString, MongoClientSettings>? ask)
    {
        var database = options.Database ?? (string.IsNullOrEmpty(text.DatabaseName) ? DefaultDatabase : text.DatabaseName);
        new MongoStorageOptions { Database = database }.Validate();
        return new MongoConfiguration(new MongoSettings(text, options, ask ?? MongoSettings.Read), database, options.Collection);
    }

    private static ConnectionString Read(string text)
    {
        try
        {
            return new ConnectionString(text);
        }
        catch (Exception fault) when (fault is MongoConfigurationException or ArgumentException or FormatException)
        {
            throw MongoSettings.Unreadable();
        }
    }

    /// <summary>The address without what is Cacheme's own.</summary>
    private static string DriversOwn(StorageUrl url)
    {
        var password = url.Password.Length == 0 ? "" : ":" + Uri.EscapeDataString(url.Password);
        var login = url.User.Length == 0 ? "" : $"{Uri.EscapeDataString(url.User)}{password}@";
        var options = url.OptionNames.Except(OwnOptions, StringComparer.OrdinalIgnoreCase)
            .Select((name, i) => $"{(i == 0 ? '?' : '&')}{Uri.EscapeDataString(name)}={Escape(url.Option(name, ""))}");
        return $"{url.Scheme}://{login}{string.Join(',', url.Hosts)}/{Uri.EscapeDataString(url.Path.Trim('/'))}{string.Concat(options)}";
    }

    // Some options are lists, and the driver cuts them at their commas before it unescapes what is between.
    private static string Escape(string value) => Uri.EscapeDataString(value).Replace("%2C", ",", StringComparison.Ordinal);

    private static bool Says(StorageUrl url, string option) => url.OptionNames.Contains(option, StringComparer.OrdinalIgnoreCase);
}
