using Cacheme.Storage;
using MySqlConnector;

namespace Cacheme.MySql.Tests;

public sealed class MySqlConfigurationTests
{
    [Fact]
    public void Parse_ConnectionString_HasTheDefaultsOfACache()
    {
        var settings = Read("Server=h;User ID=u;Password=p;Database=d");

        Assert.Equal(
            (50u, 2u, 30u, false, false),
            (settings.MaximumPoolSize, settings.ConnectionTimeout, settings.DefaultCommandTimeout, settings.ConnectionReset, settings.AutoEnlist));
    }

    [Fact]
    public void Parse_ConnectionStringSaysOtherwise_ItWins()
    {
        var settings = Read("Server=h;Database=d;Max Pool Size=7;Connect Timeout=9;ConnectionReset=true");

        Assert.Equal((7u, 9u, true), (settings.MaximumPoolSize, settings.ConnectionTimeout, settings.ConnectionReset));
    }

    [Fact]
    public void Parse_PoolSizeIsSet_WinsOverTheConnectionString() =>
        Assert.Equal(9u, Read("Server=h;Database=d;Maximum Pool Size=7;Minimum Pool Size=12", new MySqlStorageOptions { PoolSize = 9 }).MaximumPoolSize);

    [Theory]
    [InlineData("User ID=u;Database=d;Password=s3cret")]
    [InlineData("Server=h;User ID=u;Password=s3cret")]
    [InlineData("Server=h;Database=d;Password=se;s3cret")]
    [InlineData("Server=h;Database=d;Port=s3cret")]
    [InlineData("Server=h;Database=d;SslMode=s3cret")]
    [InlineData("s3cret")]
    public void Parse_BadConnectionString_SaysTheFormAndNoSecret(string text)
    {
        var failure = Assert.Throws<CachemeSetupException>(() => Read(text));

        Assert.Contains("Server=server", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mysql://u:p%40%2Fs@h:3307/d?table=pages&poolSize=7&sslMode=VerifyFull&ca=/ca.pem&sweepInterval=-1")]
    [InlineData("mariadb://u:p%40%2Fs@h:3307/d?TABLE=pages&POOLSIZE=7&sslmode=verify-full&CA=/ca.pem&sweepInterval=-1")]
    public void Parse_Address_IsTaken(string url)
    {
        var configuration = MySqlConfiguration.Parse(StorageUrl.Parse(url));
        var settings = new MySqlConnectionStringBuilder(configuration.ConnectionString);

        Assert.Equal(("h", 3307u, "u", "p@/s", "d"), (settings.Server, settings.Port, settings.UserID, settings.Password, settings.Database));
        Assert.Equal((7u, MySqlSslMode.VerifyFull, "/ca.pem"), (settings.MaximumPoolSize, settings.SslMode, settings.SslCa));
        Assert.Equal(("pages", Timeout.InfiniteTimeSpan), (configuration.Options.Table, configuration.Options.SweepInterval));
    }

    [Theory]
    [InlineData("mysql://u:s3cret@h", "needs a user, one host and a database")]
    [InlineData("mysql://h/d", "needs a user")]
    [InlineData("mysql://u:s3cret@one,two/d", "one host")]
    [InlineData("mysql://u:s3cret@h/d?pool=7", "It knows poolSize")]
    [InlineData("mysql://u:s3cret@h/d?sslMode=maybe", "VerifyFull")]
    [InlineData("mysql://u:s3cret@h/d?table=a.b", "letter or underscore")]
    [InlineData("mysql://u:s3cret@h/d?poolSize=0", "PoolSize")]
    public void Parse_BadAddress_SaysWhatIsWrong(string url, string expected)
    {
        var failure = Assert.ThrowsAny<Exception>(() => MySqlConfiguration.Parse(StorageUrl.Parse(url)));

        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", failure.ToString(), StringComparison.Ordinal);
    }

    private static MySqlConnectionStringBuilder Read(string text, MySqlStorageOptions? options = null) =>
        new(MySqlConfiguration.Parse(text, options ?? new MySqlStorageOptions()).ConnectionString);
}
