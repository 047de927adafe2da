using System.Net;
using Cacheme.Storage;
using StackExchange.Redis;

namespace Cacheme.Redis.Tests;

public sealed class RedisConfigurationTests
{
    private const string Secret = "s3cret";

    [Fact]
    public void Parse_FullUrl_SetsEverything()
    {
        var configuration = Of($"redis://somebody:{Secret}@example.test:6380/7?connectTimeout=1500&timeout=200");

        Assert.Equal(new DnsEndPoint("example.test", 6380), Assert.Single(configuration.EndPoints));
        Assert.Equal("somebody", configuration.User);
        Assert.Equal(Secret, configuration.Password);
        Assert.Equal(7, configuration.DefaultDatabase);
        Assert.Equal(1500, configuration.ConnectTimeout);
        Assert.False(configuration.Ssl);
    }

    [Fact]
    public void Parse_ShortUrl_HasTheDefaults()
    {
        var configuration = Of("redis://example.test");

        Assert.Equal(new DnsEndPoint("example.test", 6379), Assert.Single(configuration.EndPoints));
        Assert.Null(configuration.User);
        Assert.Null(configuration.Password);
        Assert.Equal(0, configuration.DefaultDatabase);
        Assert.Equal(2000, configuration.ConnectTimeout);
        AssertSetForCaching(configuration);
    }

    [Theory]
    [InlineData("redis://127.0.0.1:6390/", "127.0.0.1", 6390)]
    [InlineData("redis://[::1]:6390", "::1", 6390)]
    public void Parse_UrlWithAnAddress_KeepsIt(string url, string address, int port) =>
        Assert.Equal(new IPEndPoint(IPAddress.Parse(address), port), Assert.Single(Of(url).EndPoints));

    [Fact]
    public void Parse_UrlWithSeveralHosts_HasThemAll()
    {
        var configuration = Of($"redis://:{Secret}@one.test:7000,two.test,[::1]:7002?connectTimeout=300");

        Assert.Equal(
            [new DnsEndPoint("one.test", 7000), new DnsEndPoint("two.test", 6379), new IPEndPoint(IPAddress.IPv6Loopback, 7002)], configuration.EndPoints);
        Assert.Equal((Secret, 300), (configuration.Password, configuration.ConnectTimeout));
    }

    [Theory]
    [InlineData("redis://:s3cret@example.test?ca=/nowhere/ca.pem", "rediss://")]
    [InlineData("rediss://:s3cret@example.test?ca=/nowhere/ca.pem", "/nowhere/ca.pem")]
    public void Parse_AuthorityThatCannotBeUsed_SaysWhy(string url, string part)
    {
        var failure = Assert.Throws<FormatException>(() => Of(url));

        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_AuthorityAndTextWithoutTls_IsRefused() =>
        Assert.Throws<FormatException>(() => RedisConfiguration.Parse("example.test", new RedisStorageOptions { CertificateAuthority = "ca.pem" }));

    [Fact]
    public void Parse_Rediss_IsTls()
    {
        var configuration = Of("rediss://example.test");

        Assert.True(configuration.Ssl);
        Assert.Equal(new DnsEndPoint("example.test", 6379), Assert.Single(configuration.EndPoints));
    }

    [Fact]
    public void Parse_EscapedPassword_IsUnescaped() =>
        Assert.Equal("p@ss,:/?#", Of("redis://:p%40ss%2C%3A%2F%3F%23@example.test").Password);

    [Fact]
    public void Parse_UnknownOption_NamesItAndTheKnownOnes()
    {
        var failure = Assert.Throws<FormatException>(() => Of($"redis://u:{Secret}@example.test?pool=5"));

        Assert.Contains("'pool'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("connectTimeout, ca, timeout", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("redis:///0")]
    [InlineData("redis://s3cret@example.test")]
    [InlineData("redis://:s3cret@example.test/first")]
    [InlineData("redis://:s3cret@example.test/-1")]
    [InlineData("redis://:s3cret@example.test?connectTimeout=soon")]
    [InlineData("redis://:s3cret@example.test?connectTimeout=0")]
    public void Parse_WrongUrl_ThrowsWithoutShowingThePassword(string url)
    {
        var failure = Assert.Throws<FormatException>(() => Of(url));

        Assert.DoesNotContain(Secret, failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_Text_IsReadByTheDriver()
    {
        var configuration = RedisConfiguration.Parse($"one.test:1,two.test:2,password={Secret},ssl=true,defaultDatabase=4", new RedisStorageOptions());

        Assert.Equal(2, configuration.EndPoints.Count);
        Assert.Equal(Secret, configuration.Password);
        Assert.True(configuration.Ssl);
        Assert.Equal(4, configuration.DefaultDatabase);
        AssertSetForCaching(configuration);
    }

    [Fact]
    public void Parse_TextSaysTimeout_TextWins() =>
        Assert.Equal(700, RedisConfiguration.Parse("example.test,connectTimeout=700", new RedisStorageOptions()).ConnectTimeout);

    [Fact]
    public void Parse_OptionsBesideText_Win()
    {
        var options = new RedisStorageOptions { Database = 9, ConnectTimeout = TimeSpan.FromSeconds(3), Configure = driver => driver.ClientName = "shop" };

        var configuration = RedisConfiguration.Parse("example.test,defaultDatabase=4,connectTimeout=700", options);

        Assert.Equal(9, configuration.DefaultDatabase);
        Assert.Equal(3000, configuration.ConnectTimeout);
        Assert.Equal("shop", configuration.ClientName);
    }

    [Theory]
    [InlineData("")]
    [InlineData("password=s3cret")]
    [InlineData("example.test,password=abc,s3cret=1")]
    [InlineData("example.test,connectTimeout=s3cret")]
    public void Parse_WrongText_ThrowsWithoutShowingThePassword(string text)
    {
        var failure = Assert.Throws<FormatException>(() => RedisConfiguration.Parse(text, new RedisStorageOptions()));

        Assert.DoesNotContain(Secret, failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("redis://:s3cret@example.test")]
    [InlineData("rediss://u:s3cret=@example.test:6380/0,connectTimeout=700")]
    [InlineData("one.test, redis://:s3cret@example.test")]
    public void Parse_TextIsAnAddress_NamesWhatTakesAddresses(string text)
    {
        var failure = Assert.Throws<FormatException>(() => RedisConfiguration.Parse(text, new RedisStorageOptions()));

        Assert.Contains("AddStorage", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("example.test", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_PasswordLooksLikeAnAddress_IsKept() =>
        Assert.Equal("a://b", RedisConfiguration.Parse("example.test,password=a://b", new RedisStorageOptions()).Password);

    [Fact]
    public void Assembly_HasTheModule() =>
        Assert.Contains(typeof(RedisStorage).Assembly.GetCustomAttributes(inherit: false), attribute => attribute is RedisModule);

    private static ConfigurationOptions Of(string url) => RedisConfiguration.Parse(StorageUrl.Parse(url));

    private static void AssertSetForCaching(ConfigurationOptions configuration)
    {
        Assert.False(configuration.AbortOnConnectFail);
        Assert.Same(BacklogPolicy.FailFast, configuration.BacklogPolicy);
        Assert.False(configuration.IncludeDetailInExceptions);
        Assert.IsType<SilenceBreaker>(configuration.CircuitBreaker);

        // As soon as this, however often it was in vain.
        Assert.All([0, 1, 100, 100_000], tries => Assert.True(configuration.ReconnectRetryPolicy.ShouldRetry(tries, 1_001)));
        Assert.False(configuration.ReconnectRetryPolicy.ShouldRetry(1, 500));
    }
}
