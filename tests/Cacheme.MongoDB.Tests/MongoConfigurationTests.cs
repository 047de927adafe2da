using Cacheme.Storage;
using MongoDB.Driver;
using MongoDB.Driver.Core.Configuration;

namespace Cacheme.MongoDB.Tests;

public sealed class MongoConfigurationTests
{
    private const string Secret = "s3cret";

    [Fact]
    public void Parse_ConnectionString_HasTheDefaultsOfACache()
    {
        var configuration = Read("mongodb://h");

        var settings = configuration.Settings;
        Assert.Equal(("cacheme", "cacheme"), (configuration.Database, configuration.Collection));
        Assert.Equal(
            (50, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(30), "Cacheme"),
            (settings.MaxConnectionPoolSize, settings.ServerSelectionTimeout, settings.ConnectTimeout, settings.WaitQueueTimeout, settings.SocketTimeout, settings.ApplicationName));
    }

    [Fact]
    public void Parse_ConnectionStringSaysOtherwise_ItWins()
    {
        var configuration = Read("mongodb://h/pages?maxPoolSize=7&minPoolSize=3&serverSelectionTimeoutMS=100&connectTimeoutMS=200&waitQueueTimeoutMS=300&socketTimeoutMS=400&appName=shop");

        var settings = configuration.Settings;
        Assert.Equal("pages", configuration.Database);
        Assert.Equal(
            (7, 3, 100, 200, 300, 400, "shop"),
            (settings.MaxConnectionPoolSize, settings.MinConnectionPoolSize, settings.ServerSelectionTimeout.TotalMilliseconds, settings.ConnectTimeout.TotalMilliseconds,
                settings.WaitQueueTimeout.TotalMilliseconds, settings.SocketTimeout.TotalMilliseconds, settings.ApplicationName));
    }

    [Fact]
    public void Parse_OptionsBesideTheText_Win()
    {
        var configuration = Read(
            "mongodb://h/pages?maxPoolSize=7&minPoolSize=5", new() { Database = "other", Collection = "a.b", PoolSize = 4, Configure = settings => settings.ApplicationName = "last" });

        Assert.Equal(("other", "a.b"), (configuration.Database, configuration.Collection));
        Assert.Equal((4, 4, "last"), (configuration.Settings.MaxConnectionPoolSize, configuration.Settings.MinConnectionPoolSize, configuration.Settings.ApplicationName));
    }

    [Theory]
    [InlineData("")]
    [InlineData("s3cret")]
    [InlineData("mongodb://u:s3cret")]
    [InlineData("mongodb://u:s3cret:x@h")]
    [InlineData("mongodb://u:a/s3cret@h")]
    [InlineData("mongodb://h/?maxPoolSize=s3cret")]
    [InlineData("mongodb://h/?s3cret=1")]
    [InlineData("mongodb+srv://u:s3cret@one.example,two.example")]
    public void Parse_BadConnectionString_SaysSoAndNoSecret(string text)
    {
        var failure = Assert.Throws<CachemeSetupException>(() => Read(text));

        Assert.DoesNotContain(Secret, failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mongodb://u:s3cret@h/?w=0")]
    [InlineData("mongodb://u:s3cret@h/?safe=false")]
    public void Parse_WritesWouldNotBeAcknowledged_IsRefused(string text)
    {
        AssertRefused(() => Read(text));
        AssertRefused(() => Of(text));
    }

    [Fact]
    public void Parse_ConfigureTakesTheAcknowledgementAway_IsRefused() =>
        AssertRefused(() => Read("mongodb://h", new() { Configure = settings => settings.WriteConcern = WriteConcern.Unacknowledged }));

    [Fact]
    public void Parse_Address_IsTaken()
    {
        var configuration = Of("mongodb://u:p%40%2F%3A@one:27018,two,[::1]:27019/pages?Collection=users&poolSize=7&replicaSet=rs0&authSource=admin&tls=true&connectTimeoutMS=700");

        var settings = configuration.Settings;
        Assert.Equal(("pages", "users"), (configuration.Database, configuration.Collection));
        Assert.Equal([new("one", 27018), new("two", 27017), new("[::1]", 27019)], settings.Servers);
        Assert.Equal((7, "rs0", true, 700), (settings.MaxConnectionPoolSize, settings.ReplicaSetName, settings.UseTls, settings.ConnectTimeout.TotalMilliseconds));
        Assert.Equal(("u", "admin"), (settings.Credential.Username, settings.Credential.Source));
        Assert.Equal(new PasswordEvidence("p@/:"), settings.Credential.Evidence);
    }

    [Theory]
    [InlineData("authMechanism=GSSAPI&authMechanismProperties=SERVICE_NAME:a%20b,CANONICALIZE_HOST_NAME:true")]
    [InlineData("authMechanism=GSSAPI&authMechanismProperties=SERVICE_NAME:a%20b%2CCANONICALIZE_HOST_NAME:true")]
    public void Parse_AddressWithPropertiesOfALogin_HasThemAll(string options)
    {
        var credential = Of($"mongodb://u:p@h/?{options}&readPreference=secondary&readPreferenceTags=dc:a,rack:b").Settings.Credential;

        Assert.Equal("a b", credential.GetMechanismProperty("SERVICE_NAME", ""));
        Assert.True(credential.GetMechanismProperty("CANONICALIZE_HOST_NAME", false));
    }

    [Theory]
    [InlineData("readPreferenceTags=dc:a,rack:b&compressors=zlib,snappy")]
    [InlineData("readPreferenceTags=dc%3Aa%2Crack%3Ab&compressors=zlib%2Csnappy")]
    public void Parse_AddressWithLists_HasThemAll(string options)
    {
        var settings = Of($"mongodb://h/?readPreference=secondary&{options}").Settings;

        Assert.Equal([new Tag("dc", "a"), new Tag("rack", "b")], Assert.Single(settings.ReadPreference.TagSets).Tags);
        Assert.Equal(2, settings.Compressors.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("&srvMaxHosts=2&srvServiceName=other")]
    public void Parse_SrvAddress_IsTakenAndDnsIsAskedLater(string more)
    {
        var asked = new List<ConnectionString>();
        MongoClientSettings Ask(ConnectionString text)
        {
            asked.Add(text);
            return MongoClientSettings.FromConnectionString("mongodb://one,two/?replicaSet=rs0&authSource=admin");
        }

        var configuration = MongoConfiguration.Parse(StorageUrl.Parse($"mongodb+srv://u:p%40%2F%3A@cluster.nowhere.test/pages?poolSize=7{more}"), Ask);

        Assert.Empty(asked);
        var known = configuration.Settings;
        Assert.Equal((ConnectionStringScheme.MongoDBPlusSrv, "cluster.nowhere.test", true, 7), (known.Scheme, known.Server.Host, known.UseTls, known.MaxConnectionPoolSize));
        Assert.Equal(new PasswordEvidence("p@/:"), known.Credential.Evidence);

        var settings = configuration.Resolve();
        Assert.Equal(ConnectionStringScheme.MongoDBPlusSrv, Assert.Single(asked).Scheme);
        Assert.Equal(("rs0", 7, TimeSpan.FromSeconds(2)), (settings.ReplicaSetName, settings.MaxConnectionPoolSize, settings.ServerSelectionTimeout));
    }

    [Theory]
    [InlineData("mongodb+srv://u:s3cret@one.example/?w=0")]
    [InlineData("mongodb+srv://u:s3cret@one.example/?maxPoolSize=1&minPoolSize=2")]
    [InlineData("mongodb+srv://u:s3cret@one.example:27017/")]
    public void Parse_BadSrvString_IsRefusedWithoutDns(string text)
    {
        var failure = Assert.Throws<CachemeSetupException>(() => MongoConfiguration.Parse(text, new(), _ => throw new InvalidOperationException("DNS was asked.")));

        Assert.DoesNotContain(Secret, failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mongodb://h")]
    [InlineData("mongodb+srv://h.example")]
    public void Parse_ConfigureThrows_IsTheApplicationsOwn(string text) =>
        Assert.Equal("mine", Assert.Throws<InvalidOperationException>(() => Read(text, new() { Configure = _ => throw new InvalidOperationException("mine") })).Message);

    [Fact]
    public void Parse_ConfigureMakesWhatTheDriverRefuses_NamesConfigure()
    {
        var failure = Assert.Throws<CachemeSetupException>(() => Read("mongodb://h", new() { Configure = settings => settings.MinConnectionPoolSize = 1_000 }));

        Assert.Contains("Configure", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mongodb://h/?maxPoolSize=0", null, int.MaxValue)]
    [InlineData("mongodb://h/?maxPoolSize=0", 3, 3)]
    [InlineData("mongodb+srv://h.example/?maxPoolSize=0", null, int.MaxValue)]
    public void Parse_NoLimitOfConnections_IsTaken(string text, int? poolSize, int expected) =>
        Assert.Equal(expected, Read(text, new() { PoolSize = poolSize }).Settings.MaxConnectionPoolSize);

    [Theory]
    [InlineData("mongodb://u:s3cret@h/d?collection=$cmd", "Collection")]
    [InlineData("mongodb://u:s3cret@h/d?collection=system.users", "Collection")]
    [InlineData("mongodb://u:s3cret@h/a.b", "Database")]
    [InlineData("mongodb://u:s3cret@h/d?poolSize=0", "PoolSize")]
    [InlineData("mongodb://u:s3cret@h/d?poolSize=many", "poolSize")]
    public void Parse_AddressWithAValueThatDoesNotFit_SaysWhatIsWrong(string url, string expected)
    {
        var failure = Assert.ThrowsAny<Exception>(() => Of(url));

        Assert.True(failure is ArgumentException or FormatException, $"{failure}");
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mongodb://u:s3cret@h/d?pool=7", "pool")]
    [InlineData("mongodb://u:s3cret@h/d?tlsCAFile=ca.pem", "tlsCAFile")]
    [InlineData("mongodb:///d", "must name a host")]
    [InlineData("mongodb://u:s3cret@h/d?ca=ca.pem", "tls=true")]
    [InlineData("mongodb://u:s3cret@h/d?tls=true&ca=nowhere.pem", "nowhere.pem")]
    public void Parse_BadAddress_SaysWhatIsWrong(string url, string expected)
    {
        var failure = Assert.Throws<CachemeSetupException>(() => Of(url));

        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Assembly_HasTheModule() =>
        Assert.Contains(typeof(MongoStorage).Assembly.GetCustomAttributes(inherit: false), attribute => attribute is MongoModule);

    private static void AssertRefused(Action parse)
    {
        var failure = Assert.Throws<CachemeSetupException>(parse);
        Assert.Contains("w=majority", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, failure.ToString(), StringComparison.Ordinal);
    }

    private static MongoConfiguration Read(string text, MongoStorageOptions? options = null) => MongoConfiguration.Parse(text, options ?? new MongoStorageOptions());

    private static MongoConfiguration Of(string url) => MongoConfiguration.Parse(StorageUrl.Parse(url));
}
