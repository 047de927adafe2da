using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.Caching.Hybrid;

namespace Cacheme.Tests.Hybrid;

/// <summary>JSON behind a name, so that nobody else's JSON reads it; counts.</summary>
internal sealed class RecordingSerializer<T>(string name) : IHybridCacheSerializer<T>
{
    public int Writes { get; private set; }

    public T Deserialize(ReadOnlySequence<byte> source)
    {
        var bytes = source.ToArray();
        return bytes[0] == (byte)name[0] ? JsonSerializer.Deserialize<T>(bytes.AsSpan(1))! : throw new InvalidDataException("Another's.");
    }

    public void Serialize(T value, IBufferWriter<byte> target)
    {
        Writes++;
        target.Write([(byte)name[0]]);
        target.Write(JsonSerializer.SerializeToUtf8Bytes(value));
    }
}
