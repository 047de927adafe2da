using System.Buffers;
using Cacheme.Serialization;

namespace Cacheme.Hybrid;

/// <summary>Writes items of one type into entries of remote tiers. The first byte says whether the value is null.</summary>
/// <remarks>The type is part of the name, so that bytes of one type are never read as another.</remarks>
internal sealed class HybridItemSerializer<T>(ICacheSerializer serializer) : ICacheSerializer
{
    private const byte Null = 0;
    private const byte Some = 1;

    public string Name { get; } = $"{serializer.Name}/{typeof(T)}";

    /// <summary>The type of the items that are read.</summary>
    public HybridType<T> Type { get; set; } = null!; // Set by the type itself, as it is made.

    public void Serialize<TItem>(TItem value, IBufferWriter<byte> destination)
    {
        // An entry is written by the codec of its item's own type.
        var item = (HybridItem<T>)(object)value!;
        var isNull = item.Bytes is null && item.Value is null;
        destination.Write([isNull ? Null : Some]);
        if (item.Bytes is { } bytes)
        {
            destination.Write(bytes.Span);
        }
        else if (!isNull)
        {
            serializer.Serialize(item.Value, destination);
        }
    }

    public TItem Deserialize<TItem>(ReadOnlyMemory<byte> source)
    {
        var item = source.Span[0] switch
        {
            Null when default(T) is null => new HybridItem<T>(Type, default!),
            Some => Read(source[1..]),
            _ => throw new InvalidDataException("The bytes are no value of the type."),
        };
        return (TItem)(object)item;
    }

    private HybridItem<T> Read(ReadOnlyMemory<byte> bytes) =>
        new(Type, serializer.Deserialize<T>(bytes), Type.IsImmutable ? default(ReadOnlyMemory<byte>?) : bytes);
}
