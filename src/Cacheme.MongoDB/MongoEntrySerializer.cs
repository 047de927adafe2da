using System.Runtime.InteropServices;
using MongoDB.Bson;
using MongoDB.Bson.IO;
using MongoDB.Bson.Serialization;
using MongoDB.Bson.Serialization.Serializers;

namespace Cacheme.MongoDB;

/// <summary>Reads and writes a key's document. What is of another kind than ours is passed over: it must be a miss, and no error.</summary>
internal sealed class MongoEntrySerializer : SerializerBase<MongoEntry>
{
    public override void Serialize(BsonSerializationContext context, BsonSerializationArgs args, MongoEntry value)
    {
        var writer = context.Writer;
        writer.WriteStartDocument();
        writer.WriteString(MongoEntry.IdField, value.Key);
        if (value.Value is { } bytes)
        {
            writer.WriteBytes(MongoEntry.ValueField, ToArray(bytes));
        }

        if (value.Version is { } version)
        {
            writer.WriteObjectId(MongoEntry.VersionField, version);
            writer.WriteInt32(MongoEntry.PartsField, value.Parts);
        }

        if (value.ExpiresAt is { } end)
        {
            writer.WriteDateTime(MongoEntry.ExpiresField, end);
        }

        writer.WriteEndDocument();
    }

    public override MongoEntry Deserialize(BsonDeserializationContext context, BsonDeserializationArgs args)
    {
        var reader = context.Reader;
        var (key, value, end, version, parts) = ("", default(ReadOnlyMemory<byte>?), default(long?), default(ObjectId?), 0);
        reader.ReadStartDocument();
        while (reader.ReadBsonType() is var type and not BsonType.EndOfDocument)
        {
            switch (reader.ReadName(), type)
            {
                case (MongoEntry.IdField, BsonType.String):
                    key = reader.ReadString();
                    break;
                case (MongoEntry.ValueField, BsonType.Binary):
                    value = reader.ReadBinaryData().Bytes;
                    break;
                case (MongoEntry.ExpiresField, BsonType.DateTime):
                    end = reader.ReadDateTime();
                    break;
                case (MongoEntry.VersionField, BsonType.ObjectId):
                    version = reader.ReadObjectId();
                    break;
                case (MongoEntry.PartsField, BsonType.Int32):
                    parts = reader.ReadInt32();
                    break;
                default:
                    reader.SkipValue();
                    break;
            }
        }

        reader.ReadEndDocument();
        return new MongoEntry { Key = key, Value = value, ExpiresAt = end, Version = version, Parts = parts };
    }

    /// <summary>The array behind the bytes where they are all of it: the driver takes nothing but arrays.</summary>
    private static byte[] ToArray(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var segment) && segment.Array is { } array && segment.Count == array.Length ? array : bytes.ToArray();
}
