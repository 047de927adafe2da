using System.Buffers;
using Cacheme.Serialization;

namespace Cacheme.Tests.Serialization;

internal static class SerializerExtensions
{
    public static byte[] ToBytes<T>(this ICacheSerializer serializer, T value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        serializer.Serialize(value, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    public static T RoundTrip<T>(this ICacheSerializer serializer, T value) => serializer.Deserialize<T>(serializer.ToBytes(value));
}
