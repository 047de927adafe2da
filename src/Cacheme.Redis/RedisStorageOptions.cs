using StackExchange.Redis;

namespace Cacheme.Redis;

/// <summary>How a storage in Redis connects, and how much it may cost.</summary>
public sealed class RedisStorageOptions
{
    /// <summary>The number of the database. Default: the configuration's <c>defaultDatabase</c>, which is 0 unless said.</summary>
    /// <remarks>A Redis Cluster has only database 0.</remarks>
    public int? Database { get; set; }

    /// <summary>How long one attempt to connect may take. Default: the configuration's <c>connectTimeout</c>, which is 2 seconds unless said.</summary>
    public TimeSpan? ConnectTimeout { get; set; }

    /// <summary>The file with the certificate (PEM or DER) of an authority to trust besides those of this machine. Default: none.</summary>
    /// <remarks>For a connection with TLS only. The server's certificate must also be for the host that is connected to.</remarks>
    public string? CertificateAuthority { get; set; }

    /// <summary>The last word on the driver's settings, such as a client's certificate, after all else was set. Default: none.</summary>
    /// <remarks>
    /// What Cacheme sets unlike the driver: <see cref="ConfigurationOptions.AbortOnConnectFail"/> is false unless the
    /// configuration says <c>abortConnect=true</c>, <see cref="ConfigurationOptions.BacklogPolicy"/> is
    /// <see cref="BacklogPolicy.FailFast"/>, <see cref="ConfigurationOptions.ReconnectRetryPolicy"/> tries every second,
    /// <see cref="ConfigurationOptions.CircuitBreaker"/> ends a connection on which nothing answers, and
    /// <see cref="ConfigurationOptions.IncludeDetailInExceptions"/> is false, since details are keys.
    /// </remarks>
    public Action<ConfigurationOptions>? Configure { get; set; }
}
