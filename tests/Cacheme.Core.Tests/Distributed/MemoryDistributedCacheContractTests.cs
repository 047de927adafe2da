using Cacheme.Testing.Distributed;

namespace Cacheme.Tests.Distributed;

/// <summary>Microsoft's cache in memory keeps the contract, and shows where it differs.</summary>
public sealed class MemoryDistributedCacheContractTests : DistributedCacheContract
{
    protected override bool RefusesThePast => false;

    protected override bool CopiesValues => false;

    protected override bool HeedsTokens => false;

    protected override bool HasBuffers => false;

    protected override Task<DistributedHost> StartAsync() => Task.FromResult<DistributedHost>(new MemoryDistributedHost());
}
