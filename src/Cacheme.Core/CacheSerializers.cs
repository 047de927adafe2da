using Cacheme.Serialization;

namespace Cacheme;

/// <summary>The serializers that come with Cacheme.</summary>
public static class CacheSerializers
{
    /// <summary>MessagePack.</summary>
    public static ICacheSerializer MessagePack => throw new NotImplementedException();
}
