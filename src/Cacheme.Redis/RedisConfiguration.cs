using System.Globalization;
using System.Security.Cryptography;
using Cacheme.Storage;
using StackExchange.Redis;

namespace Cacheme.Redis;

/// <summary>Makes the driver's settings, from the driver's own kind of text or from an address.</summary>
internal static class RedisConfiguration
{
    /// <summary>Read before the user's text, which wins.</summary>
    /// <remarks>
    /// A server that is down when the host starts shall be connected to as soon as it is up, and while it is down the
    /// first callers wait for the whole connect timeout: the driver's five seconds would be long for a cache.
    /// </remarks>
    private const string Defaults = "abortConnect=false,connectTimeout=2000,";
    private const int DefaultPort = 6379;
    private const int ReconnectMilliseconds = 1_000;
    private static readonly string[] KnownOptions = ["connectTimeout", "ca", "timeout"]; // The last one is read by Cacheme itself.

    /// <summary>Reads <c>host:port,option=value</c>, as the driver defines it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="options">What was set beside it; it wins.</param>
    /// <exception cref="FormatException">The text does not read, is an address, or a setting does not fit. The message repeats none of the text.</exception>
    public static ConfigurationOptions Parse(string text, RedisStorageOptions options)
    {
        var configuration = ParseText(text);
        if (configuration.EndPoints.Count == 0)
        {
            throw new FormatException("The Redis configuration names no server. It has the form host:port,option=value.");
        }

        configuration.DefaultDatabase = options.Database ?? configuration.DefaultDatabase;
        configuration.ConnectTimeout = options.ConnectTimeout is { } timeout ? Milliseconds(timeout) : configuration.ConnectTimeout;
        SetForCaching(configuration);
        Trust(options.CertificateAuthority, configuration, "ssl=true");
        options.Configure?.Invoke(configuration);
        return configuration;
    }

    /// <summary>Reads <c>redis://user:password@host:port,host:port/database?connectTimeout=5000</c>; <c>rediss</c> is with TLS.</summary>
    /// <param name="url">The address.</param>
    /// <exception cref="FormatException">The address does not fit. The message holds neither user nor password.</exception>
    public static ConfigurationOptions Parse(StorageUrl url)
    {
        Check(url);
        var configuration = ConfigurationOptions.Parse(Defaults);
        foreach (var host in url.Hosts)
        {
            configuration.EndPoints.Add(host.Name, host.Port ?? DefaultPort);
        }

        configuration.Ssl = url.Scheme == "rediss";
        configuration.User = url.User.Length == 0 ? null : url.User;
        configuration.Password = url.Password.Length == 0 ? null : url.Password;
        configuration.DefaultDatabase = ParseDatabase(url);
        configuration.ConnectTimeout = Milliseconds(TimeSpan.FromMilliseconds(url.Option("connectTimeout", configuration.ConnectTimeout)));
        SetForCaching(configuration);
        Trust(url.Option("ca", "") is { Length: > 0 } authority ? authority : null, configuration, "rediss://");
        return configuration;
    }

    private static ConfigurationOptions ParseText(string text)
    {
        if (text.Split(',').Any(IsAddress))
        {
            throw new FormatException("The Redis configuration is an address, and has the form host:port,option=value. AddStorage takes addresses.");
        }

        try
        {
            return ConfigurationOptions.Parse(Defaults + text);
        }
        catch (ArgumentException)
        {
            // Not as the cause: the driver repeats what it cannot read, which is a piece of the password if that holds a comma.
            throw new FormatException("The Redis configuration has an option that the driver does not know, or a value that does not fit. It has the form host:port,option=value.");
        }
    }

    /// <summary>Whether a part of a text is one with a scheme. The driver would take it, password and all, for a host's name.</summary>
    private static bool IsAddress(string part) =>
        part.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme && part.IndexOf('=', StringComparison.Ordinal) is var option && (option < 0 || scheme < option);

    private static void SetForCaching(ConfigurationOptions configuration)
    {
        // Without a connection there is nothing to wait for: the next tier or the load has the value, and a queue would
        // send, after the outage, writes whose callers were told long ago that they had failed.
        configuration.BacklogPolicy = BacklogPolicy.FailFast;

        // The driver's own policy waits longer the longer an outage lasts; a cache shall be back soon after any.
        configuration.ReconnectRetryPolicy = new LinearRetry(ReconnectMilliseconds);
        configuration.CircuitBreaker = new SilenceBreaker();

        // The details are keys, and exceptions are logged.
        configuration.IncludeDetailInExceptions = false;
    }

    private static void Trust(string? authority, ConfigurationOptions configuration, string tls)
    {
        if (authority is null)
        {
            return;
        }

        if (!configuration.Ssl)
        {
            throw new FormatException($"A certificate authority is named, and the connection is without TLS. Say {tls} for one with TLS.");
        }

        try
        {
            configuration.TrustIssuer(authority);
        }
        catch (CryptographicException)
        {
            throw new FormatException($"There is no certificate to be read in the certificate authority's file {authority}.");
        }
    }

    private static int Milliseconds(TimeSpan connectTimeout) =>
        connectTimeout.TotalMilliseconds is >= 1 and <= int.MaxValue
            ? (int)connectTimeout.TotalMilliseconds
            : throw new FormatException("The connect timeout must be between one millisecond and 24 days.");

    private static void Check(StorageUrl url)
    {
        if (url.Host.Length == 0)
        {
            throw new FormatException($"A {url.Scheme}:// address must name a host: {url.Scheme}://host:{DefaultPort}.");
        }

        if (url.User.Length > 0 && url.Password.Length == 0)
        {
            throw new FormatException($"A {url.Scheme}:// address has a user and no password. A password alone is written {url.Scheme}://:password@host.");
        }

        var unknown = url.OptionNames.FirstOrDefault(name => !KnownOptions.Contains(name, StringComparer.OrdinalIgnoreCase));
        if (unknown is not null)
        {
            throw new FormatException($"A {url.Scheme}:// address has no option '{unknown}'. It has: {string.Join(", ", KnownOptions)}. For the driver's other settings use AddRedis.");
        }
    }

    private static int ParseDatabase(StorageUrl url)
    {
        var path = url.Path.Trim('/');
        if (path.Length == 0)
        {
            return 0;
        }

        return int.TryParse(path, NumberStyles.None, CultureInfo.InvariantCulture, out var database)
            ? database
            : throw new FormatException($"The path of a {url.Scheme}:// address is the number of a database: {url.Scheme}://host:{DefaultPort}/0.");
    }
}
