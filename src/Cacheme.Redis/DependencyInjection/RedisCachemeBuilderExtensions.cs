using Cacheme;
using Cacheme.DependencyInjection;
using Cacheme.Redis;
using StackExchange.Redis;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Redis as a storage of Cacheme.</summary>
public static class RedisCachemeBuilderExtensions
{
    /// <summary>Adds a storage in Redis with a connection of its own.</summary>
    /// <remarks>A text that does not read is told when the host starts. A server that is down does not stop the host.</remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The storage's name.</param>
    /// <param name="configuration">Where Redis is, as StackExchange.Redis reads it: <c>localhost:6379,password=...,ssl=true</c>.</param>
    /// <param name="configure">Sets what the text does not say.</param>
    public static CachemeBuilder AddRedis(
        this CachemeBuilder builder,
        string name,
        string configuration,
        Action<RedisStorageOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(configuration);
        var options = new RedisStorageOptions();
        configure?.Invoke(options);
        return builder.AddStorage(name, services => RedisStorage.Connecting(Parse(name, configuration, options), services));
    }

    /// <summary>Adds a storage in Redis over a connection that the application has already, and disposes itself.</summary>
    /// <remarks>
    /// The connection is asked for at its first use. For a cache set <see cref="BacklogPolicy.FailFast"/> on it, and
    /// <see cref="ConfigurationOptions.IncludeDetailInExceptions"/> to false: the details are keys, and exceptions are logged.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The storage's name.</param>
    /// <param name="multiplexer">Gives the connection.</param>
    /// <param name="database">The number of the database; null for the connection's own default.</param>
    public static CachemeBuilder AddRedis(
        this CachemeBuilder builder, string name, Func<IServiceProvider, IConnectionMultiplexer> multiplexer, int? database = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(multiplexer);
        return builder.AddStorage(name, services => RedisStorage.Over(() => multiplexer(services), database, services));
    }

    private static ConfigurationOptions Parse(string name, string configuration, RedisStorageOptions options)
    {
        try
        {
            return RedisConfiguration.Parse(configuration, options);
        }
        catch (FormatException fault)
        {
            throw new CachemeSetupException($"The storage '{name}' cannot be set up. {fault.Message}", fault);
        }
    }
}
