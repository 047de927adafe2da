using System.Buffers;
using Cacheme.Serialization;

namespace Cacheme.Tests.Pipeline;

/// <summary>A serializer that fails at will.</summary>
internal sealed class FickleSerializer : ICacheSerializer
{
    public string Name => "fickle";

    public bool CanRead { get; set; } = true;

    public bool CanWrite { get; set; } = true;

    public void Serialize<T>(T value, IBufferWriter<byte> destination)
    {
        if (!CanWrite)
        {
            throw new InvalidOperationException("It cannot be written.");
        }

        CacheSerializers.Json.Serialize(value, destination);
    }

    public T Deserialize<T>(ReadOnlyMemory<byte> source) =>
        CanRead ? CacheSerializers.Json.Deserialize<T>(source) : throw new InvalidOperationException("It cannot be read.");
}
