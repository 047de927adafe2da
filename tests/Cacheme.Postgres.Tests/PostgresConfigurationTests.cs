using Cacheme.Storage;
using Npgsql;

namespace Cacheme.Postgres.Tests;

public sealed class PostgresConfigurationTests
{
    [Fact]
    public void Parse_ConnectionString_HasTheDefaultsOfACache()
    {
        var settings = Read("Host=h;Username=u;Password=p;Database=d");

        Assert.Equal(
            (50, 2, 30, true, 50, false, false),
            (settings.MaxPoolSize, settings.Timeout, settings.CommandTimeout, settings.NoResetOnClose, settings.MaxAutoPrepare, settings.Enlist, settings.IncludeErrorDetail));
    }

    [Fact]
    public void Parse_ConnectionStringSaysOtherwise_ItWins()
    {
        var settings = Read("Host=h;Maximum Pool Size=7;Timeout=9;Max Auto Prepare=0;No Reset On Close=false;Include Error Detail=true");

        Assert.Equal((7, 9, 0, false), (settings.MaxPoolSize, settings.Timeout, settings.MaxAutoPrepare, settings.NoResetOnClose));
        Assert.False(settings.IncludeErrorDetail);
    }

    [Fact]
    public void Parse_PoolSizeIsSet_WinsOverTheConnectionString() =>
        Assert.Equal(9, Read("Host=h;Maximum Pool Size=7;Minimum Pool Size=12", new PostgresStorageOptions { PoolSize = 9 }).MaxPoolSize);

    [Theory]
    [InlineData("Username=u;Password=s3cret")]
    [InlineData("Host=h;Password=se;s3cret")]
    [InlineData("Host=h;Port=s3cret")]
    [InlineData("s3cret")]
    public void Parse_BadConnectionString_SaysTheFormAndNoSecret(string text)
    {
        var failure = Assert.Throws<CachemeSetupException>(() => Read(text));

        Assert.Contains("Host=server", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgresql://u:p%40%2Fs@h:5433/d?table=pages&poolSize=7&sslMode=verify-full&ca=/ca.pem&unlogged=false&sweepInterval=-1")]
    [InlineData("postgres://u:p%40%2Fs@h:5433/d?TABLE=pages&POOLSIZE=7&sslmode=VerifyFull&CA=/ca.pem&unlogged=False&sweepInterval=-1")]
    public void Parse_Address_IsTaken(string url)
    {
        var configuration = PostgresConfiguration.Parse(StorageUrl.Parse(url));
        var settings = new NpgsqlConnectionStringBuilder(configuration.ConnectionString);

        Assert.Equal(("h", 5433, "u", "p@/s", "d"), (settings.Host, settings.Port, settings.Username, settings.Password, settings.Database));
        Assert.Equal((7, SslMode.VerifyFull, "/ca.pem"), (settings.MaxPoolSize, settings.SslMode, settings.RootCertificate));
        Assert.Equal(("pages", false, Timeout.InfiniteTimeSpan), (configuration.Options.Table, configuration.Options.Unlogged, configuration.Options.SweepInterval));
    }

    [Fact]
    public void Parse_AddressOfSeveralHosts_LooksForThePrimary()
    {
        var settings = new NpgsqlConnectionStringBuilder(PostgresConfiguration.Parse(StorageUrl.Parse("postgresql://u:p@one,two:5433/d")).ConnectionString);

        Assert.Equal(("one:5432,two:5433", "primary"), (settings.Host, settings.TargetSessionAttributes));
    }

    [Theory]
    [InlineData("postgresql://u:s3cret@h", "needs a user, a host and a database")]
    [InlineData("postgresql://h/d", "needs a user")]
    [InlineData("postgresql://u:s3cret@h/d?pool=7", "It knows poolSize")]
    [InlineData("postgresql://u:s3cret@h/d?sslMode=maybe", "VerifyFull")]
    [InlineData("postgresql://u:s3cret@h/d?table=a.b", "letter or underscore")]
    [InlineData("postgresql://u:s3cret@h/d?poolSize=0", "PoolSize")]
    public void Parse_BadAddress_SaysWhatIsWrong(string url, string expected)
    {
        var failure = Assert.ThrowsAny<Exception>(() => PostgresConfiguration.Parse(StorageUrl.Parse(url)));

        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", failure.ToString(), StringComparison.Ordinal);
    }

    private static NpgsqlConnectionStringBuilder Read(string text, PostgresStorageOptions? options = null) =>
        new(PostgresConfiguration.Parse(text, options ?? new PostgresStorageOptions()).ConnectionString);
}
