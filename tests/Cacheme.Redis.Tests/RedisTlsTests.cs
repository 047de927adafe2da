using System.Net;
using System.Net.Sockets;
using Cacheme.Servers;
using Cacheme.Storage;
using StackExchange.Redis;

namespace Cacheme.Redis.Tests;

/// <summary>TLS, spoken with a real server whose certificate is of a private authority.</summary>
public sealed class RedisTlsTests
{
    private const string Password = "s3cret";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task Operations_AuthorityNamedInTheAddress_Work(string host)
    {
        using var certificate = new ServerCertificate("127.0.0.1", "localhost");
        await using var server = await RedisServer.StartWithTlsAsync(certificate, Password);
        await using var storage = Of($"rediss://:{Password}@{host}:{server.Port}/0?ca={Uri.EscapeDataString(certificate.AuthorityFile)}");

        await storage.ConnectAsync(Cancel);
        await storage.SetAsync("k", "value", null, Cancel);

        Assert.Equal("value", (await storage.GetAsync("k", Cancel)).Text());
    }

    [Fact]
    public async Task Operations_AuthorityNamedInTheOptions_Work()
    {
        using var certificate = new ServerCertificate("127.0.0.1");
        await using var server = await RedisServer.StartWithTlsAsync(certificate);
        var options = new RedisStorageOptions { CertificateAuthority = certificate.AuthorityFile };
        await using var storage = RedisStorage.Connecting(RedisConfiguration.Parse($"{server.EndPoint},ssl=true", options));

        await storage.ConnectAsync(Cancel);
        await storage.SetAsync("k", "value", null, Cancel);

        Assert.Equal("value", (await storage.GetAsync("k", Cancel)).Text());
    }

    [Fact]
    public async Task ConnectAsync_UnknownAuthority_IsRefusedAndSaysTheCure()
    {
        using var certificate = new ServerCertificate("127.0.0.1");
        await using var server = await RedisServer.StartWithTlsAsync(certificate, Password);
        await using var storage = Of($"rediss://:{Password}@{server.EndPoint}?connectTimeout=500");

        await AssertRefusedAsync(storage);
    }

    [Fact]
    public async Task ConnectAsync_AnotherAuthority_IsRefusedAndSaysTheCure()
    {
        using var certificate = new ServerCertificate("127.0.0.1");
        using var another = new ServerCertificate("127.0.0.1");
        await using var server = await RedisServer.StartWithTlsAsync(certificate, Password);
        await using var storage = Of($"rediss://:{Password}@{server.EndPoint}?connectTimeout=500&ca={another.AuthorityFile}");

        await AssertRefusedAsync(storage);
    }

    [Fact]
    public async Task ConnectAsync_CertificateOfAnotherHost_IsRefusedAndSaysTheCure()
    {
        using var certificate = new ServerCertificate("elsewhere.test");
        await using var server = await RedisServer.StartWithTlsAsync(certificate, Password);
        await using var storage = Of($"rediss://:{Password}@{server.EndPoint}?connectTimeout=500&ca={certificate.AuthorityFile}");

        await AssertRefusedAsync(storage);
    }

    [Fact]
    public async Task ConnectAsync_CertificateHasExpired_IsRefusedAndSaysTheCure()
    {
        using var certificate = new ServerCertificate(DateTimeOffset.UnixEpoch.AddYears(30), "127.0.0.1");
        await using var server = await RedisServer.StartWithTlsAsync(certificate, Password);
        await using var storage = Of($"rediss://:{Password}@{server.EndPoint}?connectTimeout=500&ca={certificate.AuthorityFile}");

        await AssertRefusedAsync(storage);
    }

    [Fact]
    public async Task ConnectAsync_ServerWithoutTls_IsRefusedAndSaysTheCure()
    {
        await using var server = await RedisServer.StartAsync(Password);
        await using var storage = Of($"rediss://:{Password}@{server.EndPoint}?connectTimeout=500");

        await AssertRefusedAsync(storage);
    }

    [Fact]
    public async Task ConnectAsync_OtherSideHangsUp_TriesOnlyTls()
    {
        const byte HandshakeRecord = 22;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var storage = Of($"rediss://:{Password}@{listener.LocalEndpoint}?connectTimeout=500");
        var connecting = storage.ConnectAsync(Cancel).AsTask();

        // More than the driver tries in one go, so that its later attempts are looked at too.
        for (var greetings = 0; greetings < 4;)
        {
            using var client = await listener.AcceptTcpClientAsync(Cancel);
            if (await ReadFirstByteAsync(client.GetStream()) is { } first)
            {
                Assert.Equal(HandshakeRecord, first);
                greetings++;
            }
        }

        await Assert.ThrowsAsync<RedisConnectionException>(() => connecting);
    }

    [Fact]
    public async Task ConnectAsync_ServerWithTlsAndClientWithout_IsRefused()
    {
        using var certificate = new ServerCertificate("127.0.0.1");
        await using var server = await RedisServer.StartWithTlsAsync(certificate, Password);
        await using var storage = Of($"redis://:{Password}@{server.EndPoint}?connectTimeout=500");

        await Assert.ThrowsAsync<RedisConnectionException>(() => storage.ConnectAsync(Cancel).AsTask());
    }

    /// <summary>The first byte that came; null when the driver left without one.</summary>
    private static async Task<byte?> ReadFirstByteAsync(NetworkStream stream)
    {
        var first = new byte[1];
        try
        {
            return await stream.ReadAsync(first, Cancel) == 0 ? null : first[0];
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static RedisStorage Of(string url) => RedisStorage.Connecting(RedisConfiguration.Parse(StorageUrl.Parse(url)));

    private static async Task AssertRefusedAsync(RedisStorage storage)
    {
        var failure = await Assert.ThrowsAsync<RedisConnectionException>(() => storage.ConnectAsync(Cancel).AsTask());
        Assert.Contains("valid today", failure.Message, StringComparison.Ordinal);
        Assert.Contains("ca=/path/to/ca.pem", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, failure.ToString(), StringComparison.Ordinal);

        await Assert.ThrowsAsync<RedisConnectionException>(() => storage.SetAsync("k", "value", null, Cancel).AsTask());
    }
}
