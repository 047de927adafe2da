using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Cacheme.Servers;

/// <summary>A server's certificate from a certificate authority that nobody knows, as files.</summary>
public sealed class ServerCertificate : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cacheme-certificate-");

    /// <summary>Makes the authority and the certificate.</summary>
    /// <param name="hosts">The hosts' names and addresses that it is for.</param>
    public ServerCertificate(params string[] hosts)
        : this(DateTimeOffset.UnixEpoch.AddYears(100), hosts)
    {
    }

    /// <summary>Makes the authority, and a certificate that ends when it is said.</summary>
    /// <param name="end">When the certificate ends.</param>
    /// <param name="hosts">The hosts' names and addresses that it is for.</param>
    public ServerCertificate(DateTimeOffset end, params string[] hosts)
    {
        var from = DateTimeOffset.UnixEpoch;
        var until = DateTimeOffset.UnixEpoch.AddYears(100);
        using var authorityKey = RSA.Create(2048);
        var authority = new CertificateRequest("CN=Cacheme tests", authorityKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        authority.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(authority.PublicKey, critical: false));
        using var issuer = authority.CreateSelfSigned(from, until);

        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=redis", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(NamesOf(hosts));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        using var certificate = request.Create(issuer, from, end, RandomNumberGenerator.GetBytes(8));

        AuthorityFile = Write("ca.pem", issuer.ExportCertificatePem());
        CertificateFile = Write("server.pem", certificate.ExportCertificatePem());
        KeyFile = Write("server.key", key.ExportPkcs8PrivateKeyPem());
        CombinedFile = Write("server-with-key.pem", $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
    }

    /// <summary>The authority's certificate, in PEM.</summary>
    public string AuthorityFile { get; }

    /// <summary>The server's certificate, in PEM.</summary>
    public string CertificateFile { get; }

    /// <summary>The server's private key, in PEM.</summary>
    public string KeyFile { get; }

    /// <summary>The certificate and its private key in one file, in PEM.</summary>
    public string CombinedFile { get; }

    /// <inheritdoc/>
    public void Dispose() => _folder.Delete(recursive: true);

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static X509Extension NamesOf(string[] hosts)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts)
        {
            if (IPAddress.TryParse(host, out var address))
            {
                names.AddIpAddress(address);
            }
            else
            {
                names.AddDnsName(host);
            }
        }

        return names.Build();
    }
}
