using Cacheme.MongoDB.StandIn.Data;
using MongoDB.Bson;

namespace Cacheme.MongoDB.StandIn;

/// <summary>A command, or one statement of it, fails with one of MongoDB's errors.</summary>
internal sealed class MongoFailure(int code, string name, string message) : Exception(message)
{
    public int Code => code;

    /// <summary>The failure of a whole command.</summary>
    public BsonDocument ToAnswer() => new() { { "ok", 0.0 }, { "errmsg", Message }, { "code", code }, { "codeName", name } };

    /// <summary>The failure of one statement.</summary>
    public BsonDocument ToWriteError(int index) => new() { { "index", index }, { "code", code }, { "errmsg", Message } };

    public static MongoFailure DuplicateKey(string place, BsonValue key) =>
        new(11000, nameof(DuplicateKey), $"E11000 duplicate key error collection: {place} index: _id_ dup key: {{ _id: {key.ToJson()} }}");

    public static MongoFailure TooLarge(int size) =>
        new(10334, "BSONObjectTooLarge", $"BSONObj size: {size} is invalid. Size must be between 0 and {Collection.LargestDocument}(16MB)");

    public static MongoFailure Unauthorized(string command) => new(13, nameof(Unauthorized), $"command {command} requires authentication");

    public static MongoFailure LoginFailed() => new(18, "AuthenticationFailed", "Authentication failed.");

    public static MongoFailure NoSuchNamespace(string place) => new(26, "NamespaceNotFound", $"ns does not exist: {place}");

    public static MongoFailure NoSuchCursor(long id) => new(43, "CursorNotFound", $"cursor id {id} not found");

    public static MongoFailure NoSuchCommand(string name) => new(59, "CommandNotFound", $"no such command: '{name}'");

    public static MongoFailure NotUnderstood(string what) => new(2, "BadValue", $"The stand-in does not understand {what}.");
}
