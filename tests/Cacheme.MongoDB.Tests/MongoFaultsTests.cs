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

        var explained = MongoFaults.Explain(failure, cluster: null);

        Assert.Contains(expected, explained.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", explained.ToString(), StringComparison.Ordinal);
    }

    public static TheoryData<Exception, string, bool> CausesBesideADeadSecondary => new()
    {
        { new TimeoutException("A timeout occurred after 2000ms selecting a server"), "one:1 answers, as ReplicaSetPrimary", true },
        { new TimeoutException("Timed out waiting for a connection after 2000ms."), "PoolSize", false },
        { new MongoConnectionException(Connection, "s3cret", new IOException("Connection reset")), "Connection reset", false },
        { new MongoConnectionPoolPausedException("The connection pool is in paused state for server one:1."), "one:1", false },
        { new MongoConnectionPoolPausedException("The connection pool is in paused state for server two:2."), "two:2", true },
    };

    [Theory]
    [MemberData(nameof(CausesBesideADeadSecondary))]
    public void Explain_OneServerIsDead_IsTheCauseOnlyWhereItIs(Exception failure, string expected, bool isDeadOneNamed)
    {
        var cluster = Cluster(null, Server("one", 1, ServerType.ReplicaSetPrimary, null), Server("two", 2, ServerType.Unknown, new IOException("is dead")));

        var explained = MongoFaults.Explain(failure, cluster);

        Assert.Contains(expected, explained.Message, StringComparison.Ordinal);
        Assert.Equal(isDeadOneNamed, explained.Message.Contains("two:2: is dead.", StringComparison.Ordinal));
    }

    [Fact]
    public void Explain_DnsFailed_SaysSo()
    {
        var timeout = new TimeoutException("A timeout occurred after 2000ms selecting a server");

        Assert.Contains("DNS did not say where: no answer.", MongoFaults.Explain(timeout, Cluster(new DnsResponseException("no answer"))).Message, StringComparison.Ordinal);
        Assert.Contains("DNS has named no server", MongoFaults.Explain(timeout, Cluster(null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void IsOurs_WhatIsTheCallers_IsNot()
    {
        Assert.False(MongoFaults.IsOurs(new OperationCanceledException()));
        Assert.False(MongoFaults.IsOurs(new ObjectDisposedException("storage")));
        Assert.False(MongoFaults.IsOurs(new MongoStorageException("said already")));
    }

    private static ClusterDescription Cluster(Exception? dns, params ServerDescription[] servers) => new(new ClusterId(), false, dns, ClusterType.ReplicaSet, servers);

    private static ServerDescription Server(string host, int port, ServerType type, Exception? heartbeat)
    {
        var endPoint = new System.Net.DnsEndPoint(host, port);
        return new ServerDescription(
            new ServerId(new ClusterId(), endPoint), endPoint, type: type, heartbeatException: heartbeat, state: heartbeat is null ? ServerState.Connected : ServerState.Disconnected);
    }

    private static MongoCommandException Command(int code, string name) => new(
        Connection, "Command failed: dup key: s3cret", new BsonDocument("find", "s3cret"), new BsonDocument { { "code", code }, { "codeName", name }, { "errmsg", "s3cret" } });
}
