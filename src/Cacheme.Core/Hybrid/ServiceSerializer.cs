using System.Buffers;
using Cacheme.Serialization;
using Microsoft.Extensions.Caching.Hybrid;

namespace Cacheme.Hybrid;

/// <summary>A serializer that the application registered for one type.</summary>
internal sealed class ServiceSerializer<TValue>(IHybridCacheSerializer<TValue> serializer) : ICacheSerializer
{
    public string Name { get; } = serializer.GetType().ToString();

    // T is TValue: a type asks only for the serializer that it was given.
    public void Serialize<T>(T value, IBufferWriter<byte> destination) =>
        ((IHybridCacheSerializer<T>)serializer).Serialize(value, destination);

    public T Deserialize<T>(ReadOnlyMemory<byte> source) =>
        ((IHybridCacheSerializer<T>)serializer).Deserialize(new ReadOnlySequence<byte>(source));
}
