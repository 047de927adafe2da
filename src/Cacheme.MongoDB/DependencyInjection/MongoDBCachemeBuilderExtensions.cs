using Cacheme.DependencyInjection;
using Cacheme.MongoDB;
using MongoDB.Driver;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds MongoDB as a storage of Cacheme.</summary>
public static class MongoDBCachemeBuilderExtensions
{
    private const string DefaultDatabase = "cacheme";

    /// <summary>Adds a collection of a MongoDB database as a storage, with connections of its own; the collection and its index are made when they are missing.</summary>
    /// <remarks>
    /// A connection string that does not read fails when the host starts; a server or a DNS that is down does not stop the host. Unlike
    /// the driver's, unless the connection string says otherwise: <c>maxPoolSize=50</c>, <c>serverSelectionTimeoutMS=2000</c>,
    /// <c>connectTimeoutMS=2000</c>, <c>waitQueueTimeoutMS=2000</c>, <c>socketTimeoutMS=30000</c>, <c>appName=Cacheme</c>.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The storage's name.</param>
    /// <param name="connectionString">The connection string of MongoDB: <c>mongodb://user:password@host:27017/database</c>, or <c>mongodb+srv://</c>.</param>
    /// <param name="configure">How the collection is used.</param>
    public static CachemeBuilder AddMongoDB(
        this CachemeBuilder builder, string name, string connectionString, Action<MongoStorageOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(connectionString);
        return builder.AddStorage(
            name, services => MongoStorage.Connecting(services, MongoConfiguration.Parse(connectionString, Configured(configure))));
    }

    /// <summary>Adds a collection of a MongoDB database as a storage, over a client that the application has already, and disposes itself.</summary>
    /// <remarks>
    /// The client is asked for at its first use, and its own settings hold: of the options only the database and the collection
    /// count. For a cache set <see cref="MongoClientSettings.ServerSelectionTimeout"/>, <see cref="MongoClientSettings.ConnectTimeout"/>
    /// and <see cref="MongoClientSettings.WaitQueueTimeout"/> to two seconds and <see cref="MongoClientSettings.SocketTimeout"/> to 30 on it.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The storage's name.</param>
    /// <param name="client">Gives the client.</param>
    /// <param name="configure">Which database, <c>cacheme</c> unless said, and which collection.</param>
    public static CachemeBuilder AddMongoDB(
        this CachemeBuilder builder, string name, Func<IServiceProvider, IMongoClient> client, Action<MongoStorageOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(client);
        return builder.AddStorage(
            name,
            services =>
            {
                var options = Configured(configure);
                options.Validate();
                return MongoStorage.Over(services, () => client(services), options.Database ?? DefaultDatabase, options.Collection);
            });
    }

    private static MongoStorageOptions Configured(Action<MongoStorageOptions>? configure)
    {
        var options = new MongoStorageOptions();
        configure?.Invoke(options);
        return options;
    }
}
