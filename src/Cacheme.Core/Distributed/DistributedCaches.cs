using System.Collections.Concurrent;
using Microsoft.Extensions.Caching.Distributed;

namespace Cacheme.Distributed;

/// <summary>The <see cref="IDistributedCache"/>s of a host, one for each name of a node or a policy, made when they are asked for. Thread-safe.</summary>
internal sealed class DistributedCaches(ByteCaches caches)
{
    /// <summary>The name of the one that is asked for without a name.</summary>
    public const string DefaultName = "distributed";

    private readonly ConcurrentDictionary<ByteCache, CachemeDistributedCache> _caches = [];

    /// <summary>The cache over a node or a policy.</summary>
    /// <exception cref="InvalidOperationException">There is none of that name.</exception>
    /// <exception cref="CachemeSetupException">Its chain cannot serve an IDistributedCache.</exception>
    public CachemeDistributedCache Of(string name) =>
        _caches.GetOrAdd(caches.Of(DefaultName, name, hasTags: false), static bytes => new CachemeDistributedCache(bytes));
}
