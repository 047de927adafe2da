using Cacheme.Testing.Distributed;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.Tests.Distributed;

/// <summary>Ours in memory alone.</summary>
public sealed class LocalDistributedCacheContractTests : DistributedCacheContract
{
    protected override Task<DistributedHost> StartAsync() =>
        Task.FromResult<DistributedHost>(new CachemeDistributedHost(static cacheme => cacheme.AddLocal("local", 1000).AddDistributedCache("local")));
}
