using MongoDB.Bson.Serialization.Attributes;

namespace Cacheme.Benchmarks.Storages;

/// <summary>A document, as one writes it for the driver.</summary>
internal sealed class MongoPayload
{
    [BsonId]
    public required string Key { get; init; }

    [BsonElement("value")]
    public required byte[] Value { get; init; }

    [BsonElement("expires")]
    [BsonIgnoreIfNull]
    public DateTime? Expires { get; init; }

    public bool IsAlive => Expires is not { } end || DateTime.UtcNow < end;
}
