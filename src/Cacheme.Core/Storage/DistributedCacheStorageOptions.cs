using Microsoft.Extensions.Caching.Distributed;

namespace Cacheme.Storage;

/// <summary>How hard an <see cref="IDistributedCache"/> that serves as a storage may be pressed.</summary>
public sealed class DistributedCacheStorageOptions
{
    /// <summary>How many keys of one call are under way at once, since the cache takes them one by one. At least 1. Default: 16.</summary>
    /// <remarks>It is also the most threads that all calls together may hold where the cache blocks its caller instead of returning a task.</remarks>
    public int Concurrency { get; set; } = 16;
}
