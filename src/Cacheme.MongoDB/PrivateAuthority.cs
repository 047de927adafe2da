using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MongoDB.Driver;

namespace Cacheme.MongoDB;

/// <summary>Trusts the certificate authorities of a file besides those of this machine.</summary>
internal static class PrivateAuthority
{
    /// <summary>Lets a client trust the authorities of a file.</summary>
    /// <param name="file">The file with their certificates.</param>
    /// <param name="settings">The client's settings.</param>
    /// <exception cref="CachemeSetupException">The file holds no certificate, or the connection is without TLS.</exception>
    public static void Trust(string file, MongoClientSettings settings)
    {
        if (!settings.UseTls)
        {
            throw new CachemeSetupException("A certificate authority is named, and the connection is without TLS. Say tls=true for one with TLS.");
        }

        var authorities = Read(file);
        settings.SslSettings = new SslSettings
        {
            ServerCertificateValidationCallback = (_, certificate, chain, errors) => errors switch
            {
                SslPolicyErrors.None => true,
                SslPolicyErrors.RemoteCertificateChainErrors => certificate is not null && Vouch(authorities, certificate, chain),
                _ => false,
            },
        };
    }

    // One by one: of two of the same name, as when one takes the other's place, a chain tries only the first.
    private static bool Vouch(X509Certificate2Collection authorities, X509Certificate certificate, X509Chain? sent)
    {
        using var leaf = new X509Certificate2(certificate);
        return authorities.Any(authority => Vouches(authority, leaf, authorities, sent));
    }

    private static bool Vouches(X509Certificate2 authority, X509Certificate2 leaf, X509Certificate2Collection authorities, X509Chain? sent)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        foreach (var element in sent?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        // Between a root and the server's certificate there may be others in the file.
        chain.ChainPolicy.ExtraStore.AddRange(authorities.Where(other => other.Subject != other.Issuer).ToArray());
        return chain.Build(leaf);
    }

    private static X509Certificate2Collection Read(string file)
    {
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(file);
            return authorities.Count > 0 ? authorities : [X509CertificateLoader.LoadCertificateFromFile(file)];
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new CachemeSetupException($"There is no certificate to be read in the certificate authority's file {file}.");
        }
    }
}
