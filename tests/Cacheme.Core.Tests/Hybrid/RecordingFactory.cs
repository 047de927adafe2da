using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Caching.Hybrid;

namespace Cacheme.Tests.Hybrid;

/// <summary>Makes a serializer for <see cref="Poco"/> alone, and keeps what it was asked for.</summary>
internal sealed class RecordingFactory(string name) : IHybridCacheSerializerFactory
{
    public ConcurrentBag<Type> Asked { get; } = [];

    public bool TryCreateSerializer<T>([NotNullWhen(true)] out IHybridCacheSerializer<T>? serializer)
    {
        Asked.Add(typeof(T));
        serializer = typeof(T) == typeof(Poco) ? new RecordingSerializer<T>(name) : null;
        return serializer is not null;
    }
}
