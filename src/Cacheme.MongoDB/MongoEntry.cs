using MongoDB.Bson;
using MongoDB.Bson.Serialization.Attributes;

namespace Cacheme.MongoDB;

/// <summary>The document of a key: its value, or where the parts of a large one are.</summary>
[BsonSerializer(typeof(MongoEntrySerializer))]
internal sealed class MongoEntry
{
    public const string IdField = "_id";
    public const string ValueField = "value";
    public const string ExpiresField = "expires";
    public const string VersionField = "version";
    public const string PartsField = "parts";

    /// <summary>The key; empty where the document of somebody else has another kind of <c>_id</c>.</summary>
    public required string Key { get; init; }

    /// <summary>The value; null where it is in parts, or is not of ours.</summary>
    public ReadOnlyMemory<byte>? Value { get; init; }

    /// <summary>When it expires; null for never.</summary>
    public long? ExpiresAt { get; init; }

    /// <summary>Which parts are its own: every write of a large value has a version of its own. Null where there are none.</summary>
    public ObjectId? Version { get; init; }

    /// <summary>How many parts there are.</summary>
    public int Parts { get; init; }

    public bool IsAliveAt(long now) => ExpiresAt is not { } end || now < end;
}
