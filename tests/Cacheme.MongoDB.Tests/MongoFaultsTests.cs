using DnsClient;
using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Core.Clusters;
using MongoDB.Driver.Core.Connections;
using MongoDB.Driver.Core.Servers;

namespace Cacheme.MongoDB.Tests;

/// <summary>What is said of a failure: enough to cure it, and nothing of keys, values and passwords.</summary>
public sealed class MongoFaultsTests
{
    private static readonly ConnectionId Connection = new(new ServerId(new ClusterId(), new System.Net.DnsEndPoint("h", 1)));

    public static TheoryData<Exception, string> Failures => new()
    {
        { Command(13, "Unauthorized"), "readWrite" },
        { Command(11600, "InterruptedAtShutdown"), "InterruptedAtShutdown, code 11600" },
        { Command(2, ""), "code 2" },
        { new MongoAuthenticationException(Connection, "s3cret"), "password" },
        { new MongoConnectionException(Connection, "s3cret", new IOException("Connection reset")), "Connection reset" },
        { new TimeoutException("A timeout after selecting s3cret"), "No server answered" },
        { new MongoConfigurationException("mongodb://u:s3cret@h"), "TXT" },
        { new DnsResponseException(DnsResponseCode.ConnectionTimeout, "s3cret"), "ConnectionTimeout" },
        { new MongoClientException("s3cret"), nameof(MongoClientException) },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void Explain_AFailure_SaysWhatItIsAndNoSecret(Exception failure, string expected)
    {
        Assert.True(MongoFaults.IsOurs(failure));

        var explained = MongoFaults.Explain(failure, client: null);

        Assert.Contains(expected, explained.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", explained.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void IsOurs_WhatIsTheCallers_IsNot()
    {
        Assert.False(MongoFaults.IsOurs(new OperationCanceledException()));
        Assert.False(MongoFaults.IsOurs(new ObjectDisposedException("storage")));
        Assert.False(MongoFaults.IsOurs(new MongoStorageException("said already")));
    }

    private static MongoCommandException Command(int code, string name) => new(
        Connection, "Command failed: dup key: s3cret", new BsonDocument("find", "s3cret"), new BsonDocument { { "code", code }, { "codeName", name }, { "errmsg", "s3cret" } });
}
