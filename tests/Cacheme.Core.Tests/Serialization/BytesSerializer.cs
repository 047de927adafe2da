using System.Buffers;
using Cacheme.Serialization;

namespace Cacheme.Tests.Serialization;

/// <summary>An application's own serializer, for byte arrays only; it throws once its bytes are written, if that is asked for.</summary>
internal sealed class BytesSerializer(string name = "bytes", Exception? failure = null) : ICacheSerializer
{
    public string Name => name;

    public void Serialize<T>(T value, IBufferWriter<byte> destination)
    {
        destination.Write((byte[])(object)value!); // Never null, says the interface.
        if (failure is not null)
        {
            throw failure;
        }
    }

    public T Deserialize<T>(ReadOnlyMemory<byte> source) => (T)(object)source.ToArray();
}
