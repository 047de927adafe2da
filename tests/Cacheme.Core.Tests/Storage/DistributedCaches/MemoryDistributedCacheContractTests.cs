using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace Cacheme.Tests.Storage.DistributedCaches;

/// <summary>The contract over the cache in memory that .NET brings.</summary>
public sealed class MemoryDistributedCacheContractTests : DistributedCacheContract
{
    protected override IDistributedCache CreateCache() => new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions { SizeLimit = long.MaxValue }));
}
