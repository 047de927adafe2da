using MongoDB.Driver;
using MongoDB.Driver.Core.Configuration;

namespace Cacheme.MongoDB;

/// <summary>Makes the driver's settings: what the connection string says, then what is otherwise for a cache, then the application's last word.</summary>
/// <param name="text">The connection string.</param>
/// <param name="options">What was set beside it; it wins.</param>
/// <param name="ask">Reads the connection string, and asks DNS what it says of a <c>mongodb+srv://</c> cluster. It may take long, and fail.</param>
internal sealed class MongoSettings(ConnectionString text, MongoStorageOptions options, Func<ConnectionString, MongoClientSettings> ask)
{
    private const int DefaultPoolSize = 50;
    private const string DefaultService = "mongodb";

    // While a server is down the first callers wait for the whole of it, and the driver's 30 seconds would be long for a cache.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // The one who waits for an answer gives it up long before: this is for a connection that the network has forgotten, on
    // which a write would else hang for ever, and its key behind it.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    private readonly bool _isNamedByDns = text.Scheme == ConnectionStringScheme.MongoDBPlusSrv;

    /// <summary>Makes them without asking DNS, so that what is wrong is found before anything is connected.</summary>
    /// <exception cref="CachemeSetupException">They do not fit. The message repeats nothing of the connection string.</exception>
    public MongoClientSettings Check()
    {
        MongoClientSettings settings;
        try
        {
            settings = Prepare(_isNamedByDns ? ReadUnasked() : Read(text));
            _ = settings.FrozenCopy();
        }
        catch (Exception fault) when (IsMisfit(fault))
        {
            throw Unreadable();
        }

        Complete(settings);
        try
        {
            _ = settings.FrozenCopy();
        }
        catch (Exception fault) when (IsMisfit(fault))
        {
            throw new CachemeSetupException($"{nameof(MongoStorageOptions)}.{nameof(MongoStorageOptions.Configure)} has made settings that the MongoDB driver refuses: {fault.Message}");
        }

        return settings;
    }

    /// <summary>Makes them, after DNS was asked where it must be.</summary>
    /// <param name="known">What was made without asking.</param>
    public MongoClientSettings Make(MongoClientSettings known)
    {
        if (!_isNamedByDns)
        {
            return known;
        }

        var settings = Prepare(ask(text));
        Complete(settings);
        return settings;
    }

    /// <summary>Reads a connection string as the driver does.</summary>
    public static MongoClientSettings Read(ConnectionString text) => MongoClientSettings.FromConnectionString(text.ToString());

    // Not with its cause: the driver repeats what it cannot read, which may be a piece of the password.
    public static CachemeSetupException Unreadable() => new(
        "The connection string does not read as one of MongoDB's, or has a value that does not fit. It has the form mongodb://user:password@host:27017/database?option=value; special characters in the user and the password are percent-encoded.");

    private static bool IsMisfit(Exception fault) =>
        fault is MongoConfigurationException or ArgumentException or NotSupportedException or (InvalidOperationException and not CachemeSetupException);

    /// <summary>What the text says by itself of a cluster that DNS has the rest of: the driver asks for none whose scheme names the host itself.</summary>
    private MongoClientSettings ReadUnasked()
    {
        var named = new MongoUrlBuilder(text.ToString()) { Scheme = ConnectionStringScheme.MongoDB, SrvMaxHosts = null, SrvServiceName = DefaultService };
        var settings = MongoClientSettings.FromUrl(named.ToMongoUrl());
        settings.Scheme = ConnectionStringScheme.MongoDBPlusSrv;
        return settings;
    }

    private MongoClientSettings Prepare(MongoClientSettings settings)
    {
        // Not the text's number: its 0 is for no limit.
        settings.MaxConnectionPoolSize = options.PoolSize ?? (text.MaxPoolSize is null ? DefaultPoolSize : settings.MaxConnectionPoolSize);
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

        return settings;
    }

    private void Complete(MongoClientSettings settings)
    {
        options.Configure?.Invoke(settings);
        MongoAcknowledgement.Require(settings.WriteConcern);

        // The driver shares connections among the clients of equal settings and closes them for none of them; a delegate of
        // their own makes these equal to no others, so that they can be closed.
        var configure = settings.ClusterConfigurator;
        settings.ClusterConfigurator = cluster => configure?.Invoke(cluster);
    }
}
