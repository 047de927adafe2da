using Microsoft.Extensions.Caching.Distributed;

namespace Cacheme.Tests.Storage.DistributedCaches;

/// <summary>The contract over a cache that compares names loosely.</summary>
public sealed class LooseDistributedCacheContractTests : DistributedCacheContract
{
    protected override IDistributedCache CreateCache() => new LooseDistributedCache();
}
