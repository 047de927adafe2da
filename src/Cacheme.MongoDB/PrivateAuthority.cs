using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MongoDB.Driver;

namespace Cacheme.MongoDB;

/// <summary>Trusts one certificate authority more than this machine does.</summary>
internal static class PrivateAuthority
{
    /// <summary>Lets a client trust an authority.</summary>
    /// <param name="file">The file with the authority's certificate.</param>
    /// <param name="settings">The client's settings.</param>
    /// <exception cref="CachemeSetupException">The file holds no certificate, or the connection is without TLS.</exception>
    public static void Trust(string file, MongoClientSettings settings)
    {
        if (!settings.UseTls)
        {
            throw new CachemeSetupException("A certificate authority is named, and the connection is without TLS. Say tls=true for one with TLS.");
        }

        var authority = Read(file);
        settings.SslSettings = new SslSettings
        {
            ServerCertificateValidationCallback = (_, certificate, chain, errors) => errors switch
            {
                SslPolicyErrors.None => true,
                SslPolicyErrors.RemoteCertificateChainErrors => certificate is not null && Vouches(authority, certificate, chain),
                _ => false,
            },
        };
    }

    private static bool Vouches(X509Certificate2 authority, X509Certificate certificate, X509Chain? sent)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        foreach (var element in sent?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        using var leaf = new X509Certificate2(certificate);
        return chain.Build(leaf);
    }

    private static X509Certificate2 Read(string file)
    {
        try
        {
            return X509CertificateLoader.LoadCertificateFromFile(file);
        }
        catch (CryptographicException)
        {
            throw new CachemeSetupException($"There is no certificate to be read in the certificate authority's file {file}.");
        }
    }
}
