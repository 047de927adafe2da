using System.Text.RegularExpressions;
using MongoDB.Driver;

namespace Cacheme.MongoDB;

/// <summary>How a storage uses MongoDB.</summary>
public sealed partial class MongoStorageOptions
{
    private const int LongestDatabase = 63;
    private const int LongestCollection = 120;

    /// <summary>The database, made when it is missing. Default: the one that the connection string names, else <c>cacheme</c>.</summary>
    /// <remarks>At most 63 letters, digits, underscores and hyphens (ASCII).</remarks>
    public string? Database { get; set; }

    /// <summary>The collection, made when it is missing, with its index. Default: <c>cacheme</c>.</summary>
    /// <remarks>A letter or underscore, then letters, digits, underscores, hyphens and dots (ASCII), 120 together at most; <c>system.</c> is MongoDB's own.</remarks>
    public string Collection { get; set; } = "cacheme";

    /// <summary>How many connections to each server are open at most. Default: the connection string's <c>maxPoolSize</c>, which is 50 unless said.</summary>
    /// <remarks>From 1 to 1,024. It does not count where the application brings its own client.</remarks>
    public int? PoolSize { get; set; }

    /// <summary>The file with the certificates (PEM, or one as DER) of authorities to trust besides those of this machine. Default: none.</summary>
    /// <remarks>For a connection with TLS only. The server's certificate must also be for the host that is connected to. It does not count where the application brings its own client.</remarks>
    public string? CertificateAuthority { get; set; }

    /// <summary>The last word on the driver's settings, such as a client's certificate, after all else was set. Default: none.</summary>
    /// <remarks>
    /// What Cacheme sets unlike the driver, unless the connection string says otherwise: <see cref="MongoClientSettings.MaxConnectionPoolSize"/>
    /// is 50, <see cref="MongoClientSettings.ServerSelectionTimeout"/>, <see cref="MongoClientSettings.ConnectTimeout"/> and
    /// <see cref="MongoClientSettings.WaitQueueTimeout"/> are 2 seconds, <see cref="MongoClientSettings.SocketTimeout"/> is 30 seconds, and
    /// <see cref="MongoClientSettings.ApplicationName"/> is <c>Cacheme</c>. What it throws comes out where the storage is made, which
    /// is when the host starts. With <c>mongodb+srv://</c> it is called twice: then, and on other settings when DNS was asked. It does
    /// not count where the application brings its own client.
    /// </remarks>
    public Action<MongoClientSettings>? Configure { get; set; }

    /// <summary>Refuses what cannot work.</summary>
    /// <exception cref="ArgumentException">An option does not fit; the message says which, and what would.</exception>
    internal void Validate()
    {
        if (Database is not null && !DatabaseName().IsMatch(Database))
        {
            throw new ArgumentException($"The Database must be at most {LongestDatabase} letters, digits, underscores and hyphens.");
        }

        if (Collection is null || Collection.Length > LongestCollection || !CollectionName().IsMatch(Collection))
        {
            throw new ArgumentException(
                $"The Collection must be a letter or underscore followed by letters, digits, underscores, hyphens and dots, at most {LongestCollection} together, and must not begin with 'system.'.");
        }

        if (PoolSize is { } size)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size, nameof(PoolSize));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(size, 1024, nameof(PoolSize));
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex DatabaseName();

    [GeneratedRegex(@"\A(?!system\.)[A-Za-z_][A-Za-z0-9_.-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex CollectionName();
}
