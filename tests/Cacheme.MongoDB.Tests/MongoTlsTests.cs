using System.Security.Cryptography.X509Certificates;
using Cacheme.Servers;

namespace Cacheme.MongoDB.Tests;

/// <summary>TLS with an authority of one's own.</summary>
/// <param name="fixture">Not used: the server of this class speaks TLS.</param>
[Collection<MongoSetup>]
public sealed class MongoTlsTests(MongoFixture fixture) : MongoHarness(fixture)
{
    [Fact]
    public async Task Connect_TheAuthorityIsNamed_Works()
    {
        using var certificate = new ServerCertificate("127.0.0.1");
        await using var server = await MongoServer.StartWithTlsAsync(certificate);
        await using var storage = Make(options => options.CertificateAuthority = certificate.AuthorityFile, $"{server.ConnectionString}&tls=true");

        await storage.SetAsync([Write("a", [1])], Token);

        Assert.Equal([1], Bytes((await storage.GetAsync([Key("a")], Token))[0]));
    }

    [Fact]
    public async Task Connect_TheAuthorityIsOneOfMany_Works()
    {
        using var certificate = new ServerCertificate("127.0.0.1");
        using var foreign = new ServerCertificate("127.0.0.1");
        await using var server = await MongoServer.StartWithTlsAsync(certificate);
        await File.AppendAllLinesAsync(foreign.AuthorityFile, ["", .. await File.ReadAllLinesAsync(certificate.AuthorityFile, Token)], Token);
        await using var storage = Make(options => options.CertificateAuthority = foreign.AuthorityFile, $"{server.ConnectionString}&tls=true");

        await storage.ConnectAsync(Token);
    }

    [Fact]
    public async Task Connect_TheAuthorityIsInBinary_Works()
    {
        using var certificate = new ServerCertificate("127.0.0.1");
        await using var server = await MongoServer.StartWithTlsAsync(certificate);
        using var authority = X509CertificateLoader.LoadCertificateFromFile(certificate.AuthorityFile);
        await File.WriteAllBytesAsync(certificate.AuthorityFile, authority.RawData, Token);
        await using var storage = Make(options => options.CertificateAuthority = certificate.AuthorityFile, $"{server.ConnectionString}&tls=true");

        await storage.ConnectAsync(Token);
    }

    [Fact]
    public async Task Connect_TheCertificateDoesNotFit_IsRefused()
    {
        using var certificate = new ServerCertificate("127.0.0.1");
        using var foreign = new ServerCertificate("127.0.0.1");
        using var elsewhere = new ServerCertificate("elsewhere.test");
        await using var server = await MongoServer.StartWithTlsAsync(certificate);
        await using var other = await MongoServer.StartWithTlsAsync(elsewhere);

        await AssertRefusedAsync(server, authority: null);
        await AssertRefusedAsync(server, foreign.AuthorityFile);
        await AssertRefusedAsync(other, elsewhere.AuthorityFile);
    }

    private async Task AssertRefusedAsync(MongoServer server, string? authority)
    {
        await using var storage = Make(options => options.CertificateAuthority = authority, $"{server.ConnectionString}&tls=true&serverSelectionTimeoutMS=500");

        var failure = await Assert.ThrowsAsync<MongoStorageException>(async () => await storage.ConnectAsync(Token));

        Assert.Contains("certificate", failure.Message, StringComparison.OrdinalIgnoreCase);
    }
}
