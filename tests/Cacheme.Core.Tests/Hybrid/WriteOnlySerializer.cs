using System.Buffers;
using Microsoft.Extensions.Caching.Hybrid;

namespace Cacheme.Tests.Hybrid;

/// <summary>A serializer whose bytes nobody can read.</summary>
internal sealed class WriteOnlySerializer : IHybridCacheSerializer<Own>
{
    public Own Deserialize(ReadOnlySequence<byte> source) => throw new InvalidDataException("It cannot be read.");

    public void Serialize(Own value, IBufferWriter<byte> target) => target.Write<byte>([1]);
}
