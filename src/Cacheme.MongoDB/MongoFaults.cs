using System.Net.Sockets;
using DnsClient;
using MongoDB.Driver;

namespace Cacheme.MongoDB;

/// <summary>What the driver's failures mean, and how to cure them. None of its exceptions is passed on: the server's words may quote a key.</summary>
internal static class MongoFaults
{
    public const int DuplicateKey = 11000;
    public const int IndexOptionsConflict = 85;
    public const int IndexKeySpecsConflict = 86;

    private const int Unauthorized = 13;
    private const int AuthenticationFailed = 18;

    // Not the primary, or not any more; interrupted by that or by a shutdown; shutting down.
    private static readonly int[] StepDowns = [10107, 13435, 13436, 189, 11602, 11600, 91];

    /// <summary>Whether a failure is the driver's, and not the caller's.</summary>
    public static bool IsOurs(Exception failure) => failure is MongoException or TimeoutException or SocketException or DnsResponseException or (IOException and not MongoStorageException);

    /// <summary>Whether the connection broke, or its server is no longer the one to ask, so that another connection may do better.</summary>
    public static bool IsServerLost(Exception failure) => failure
        is MongoConnectionException { ContainsTimeoutException: false } and not MongoAuthenticationException
        or MongoConnectionPoolPausedException
        or MongoNotPrimaryException
        or MongoNodeIsRecoveringException
        || CodesOf(failure).Any(StepDowns.Contains);

    /// <summary>A failure in words that may be logged.</summary>
    /// <param name="failure">The failure.</param>
    /// <param name="client">Knows what it last heard of its servers; null where there is none yet.</param>
    public static MongoStorageException Explain(Exception failure, IMongoClient? client) => failure switch
    {
        MongoAuthenticationException => new(
            "MongoDB refused the login. Check the user and the password of the storage's connection string, and in which database the user was made: authSource names it."),
        MongoBulkWriteException or MongoWriteException or MongoWriteConcernException => Refused(CodesOf(failure).FirstOrDefault(), null),
        MongoCommandException command => Refused(command.Code, command.CodeName),
        TimeoutException or MongoConnectionException or MongoConnectionPoolPausedException or SocketException or IOException =>
            new($"MongoDB could not be reached. {Reason(failure, client)}".TrimEnd()),
        DnsResponseException dns => new($"DNS did not say where the MongoDB cluster is: {dns.Code}."),
        MongoConfigurationException => new("The MongoDB driver refuses the settings. With mongodb+srv:// look at what DNS says of the cluster, in its SRV and TXT records."),
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

    /// <summary>What the client last heard of each server, or the bottom of the failure.</summary>
    private static string Reason(Exception failure, IMongoClient? client)
    {
        var heard = client?.Cluster.Description.Servers
            .Where(server => server.HeartbeatException is not null)
            .Select(server => $"{EndPointOf(server)}: {Bottom(server.HeartbeatException)}.")
            .ToList();
        return heard is { Count: > 0 } ? string.Join(" ", heard) : failure is TimeoutException ? "No server answered in time." : $"{Bottom(failure)}.";
    }

    private static string EndPointOf(global::MongoDB.Driver.Core.Servers.ServerDescription server) => server.EndPoint.ToString() ?? "";

    private static string Bottom(Exception failure)
    {
        while (failure.InnerException is { } inner)
        {
            failure = inner;
        }

        return failure is MongoException and not MongoConnectionException ? failure.GetType().Name : failure.Message.TrimEnd('.');
    }
}
