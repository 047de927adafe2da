using Microsoft.Extensions.Caching.Distributed;

namespace Cacheme.Tests.Storage.DistributedCaches;

/// <summary>The contract over a cache that takes buffers.</summary>
public sealed class BufferDistributedCacheContractTests : DistributedCacheContract
{
    protected override IDistributedCache CreateCache() => new FakeBufferDistributedCache();
}
