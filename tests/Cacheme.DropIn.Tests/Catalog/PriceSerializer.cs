using System.Buffers;
using System.Buffers.Binary;
using Microsoft.Extensions.Caching.Hybrid;

namespace Cacheme.DropIn.Tests.Catalog;

internal sealed class PriceSerializer : IHybridCacheSerializer<Price>
{
    public Price Deserialize(ReadOnlySequence<byte> source) => new(BinaryPrimitives.ReadInt64LittleEndian(source.ToArray()));

    public void Serialize(Price value, IBufferWriter<byte> target)
    {
        BinaryPrimitives.WriteInt64LittleEndian(target.GetSpan(sizeof(long)), value.Cents);
        target.Advance(sizeof(long));
    }
}
