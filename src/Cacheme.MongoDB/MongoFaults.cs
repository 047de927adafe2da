using System.Net;
using System.Net.Sockets;
using System.Text;
using DnsClient;
using MongoDB.Driver;
using MongoDB.Driver.Core.Clusters;
using MongoDB.Driver.Core.Servers;

namespace Cacheme.MongoDB;

/// <summary>What the driver's failures mean, and how to cure them. None of its exceptions is passed on: the server's words may quote a key.</summary>
internal static class MongoFaults
{
    public const int DuplicateKey = 11000;
    public const int IndexOptionsConflict = 85;
    public const int IndexKeySpecsConflict = 86;

    // The driver's words: it throws one kind for this and for a server that was not found.
    private const string PoolTimeout = "Timed out waiting for a connection";

    private const int Unauthorized = 13;
    private const int AuthenticationFailed = 18;

    // Not the primary, or not any more; interrupted by that or by a shutdown; shutting down.
    private static readonly int[] StepDowns = [10107, 13435, 13436, 189, 11602, 11600, 91];

    /// <summary>Whether a failure is the driver's, and not the caller's.</summary>
    public static bool IsOurs(Exception failure) => failure
        is MongoException
        or TimeoutException
        or SocketException
        or DnsResponseException
        or FormatException
        or EncoderFallbackException
        or (IOException and not MongoStorageException);

    /// <summary>Whether the connection broke, or its server is no longer the one to ask, so that another connection may do better.</summary>
    public static bool IsServerLost(Exception failure) => failure
        is MongoConnectionException { ContainsTimeoutException: false } and not MongoAuthenticationException
        or MongoConnectionPoolPausedException
        or MongoNotPrimaryException
        or MongoNodeIsRecoveringException
        || CodesOf(failure).Any(StepDowns.Contains);

    /// <summary>A failure in words that may be logged.</summary>
    /// <param name="failure">The failure.</param>
    /// <param name="cluster">What the client last heard of its servers; null where there is no client yet.</param>
    public static MongoStorageException Explain(Exception failure, ClusterDescription? cluster) => failure switch
    {
        MongoAuthenticationException => new(
            "MongoDB refused the login. Check the user and the password of the storage's connection string, and in which database the user was made: authSource names it."),
        MongoBulkWriteException or MongoWriteException or MongoWriteConcernException => Refused(CodesOf(failure).FirstOrDefault(), null),
        MongoCommandException command => Refused(command.Code, command.CodeName),
        TimeoutException or MongoConnectionException or MongoConnectionPoolPausedException or SocketException or IOException =>
            new($"MongoDB could not be reached. {Reason(failure, cluster)}".TrimEnd()),
        DnsResponseException dns => new($"DNS did not say where the MongoDB cluster is: {dns.Code}."),
        MongoConfigurationException => new("The MongoDB driver refuses the settings. With mongodb+srv:// look at what DNS says of the cluster, in its SRV and TXT records."),
        FormatException => new("The MongoDB driver refuses a document. One may have 16 MiB, its key among them."),
        EncoderFallbackException => new("The MongoDB driver refuses a key: it has half a character (a surrogate without its pair), which UTF-8 has no bytes for."),
        _ => new($"MongoDB could not be used: {failure.GetType().Name}."),
    };

    /// <summary>What the server said of the writes, and then of those who should have heard of them: the driver takes only the error of a whole command for a step-down.</summary>
    private static IEnumerable<int> CodesOf(Exception failure)
    {
        int?[] codes = failure switch
        {
            MongoBulkWriteException bulk => [.. bulk.WriteErrors.Select(error => error.Code), bulk.WriteConcernError?.Code],
            MongoWriteException write => [write.WriteError?.Code, write.WriteConcernError?.Code],
            MongoWriteConcernException { WriteConcernResult.Response: { } answer } when answer.TryGetValue("writeConcernError", out var error) => [error["code"].ToInt32()],
            _ => [],
        };
        return codes.OfType<int>();
    }

    private static MongoStorageException Refused(int code, string? name) =>
        new($"MongoDB refused: {(string.IsNullOrEmpty(name) ? "" : name + ", ")}code {code}. {Cure(code)}".TrimEnd());

    private static string Cure(int code) => code switch
    {
        Unauthorized or AuthenticationFailed => "The user needs the role readWrite on the database, or the actions find, insert, update, remove, listIndexes and createIndex on the collection.",
        _ => "",
    };

    private static string Reason(Exception failure, ClusterDescription? cluster) => failure switch
    {
        TimeoutException when failure.Message.StartsWith(PoolTimeout, StringComparison.Ordinal) =>
            "All connections that PoolSize allows are in use or still being made, and none came free in time: the server is slow, or PoolSize is small.",
        TimeoutException => Seen(cluster),
        MongoConnectionPoolPausedException => Seen(cluster, failure.Message),
        _ => $"{Bottom(failure)}.",
    };

    /// <summary>What the client last heard of its servers, or of those that a message names; only where it found none to ask, for one that it does not need may be down for long.</summary>
    private static string Seen(ClusterDescription? cluster, string? naming = null)
    {
        if (cluster?.DnsMonitorException is { } dns)
        {
            return $"DNS did not say where: {Bottom(dns)}.";
        }

        // With names of its own a cluster has servers, even if none of them answers.
        if (cluster is { Servers.Count: 0 })
        {
            return "DNS has named no server.";
        }

        var seen = (cluster?.Servers ?? [])
            .Where(server => naming is null || naming.Contains(NameOf(server), StringComparison.Ordinal))
            .Select(server => server switch
            {
                { HeartbeatException: { } failure } => $"{NameOf(server)}: {Bottom(failure)}.",
                { State: ServerState.Connected } => $"{NameOf(server)} answers, as {server.Type}.",
                _ => $"{NameOf(server)} has not answered.",
            });
        return string.Join(" ", seen) is { Length: > 0 } text ? text : "No server answered in time.";
    }

    private static string NameOf(ServerDescription server) => server.EndPoint is DnsEndPoint { Host: var host, Port: var port } ? $"{host}:{port}" : $"{server.EndPoint}";

    private static string Bottom(Exception failure)
    {
        while (failure.InnerException is { } inner)
        {
            failure = inner;
        }

        return failure is MongoException and not MongoConnectionException ? failure.GetType().Name : failure.Message.TrimEnd('.');
    }
}
