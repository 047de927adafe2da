using Cacheme.Testing;
using Cacheme.Testing.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Cacheme.Tests.Distributed;

/// <summary>Ours in memory before a storage.</summary>
public sealed class ChainDistributedCacheContractTests : DistributedCacheContract
{
    protected override Task<DistributedHost> StartAsync()
    {
        var time = new FakeTimeProvider();
        var remote = new FakeStorage(time);
        return Task.FromResult<DistributedHost>(new CachemeDistributedHost(
            cacheme => cacheme.AddLocal("local", 1000).AddStorage("remote", _ => remote)
                .AddDistributedCache(static policy => policy.Cache("local", TimeSpan.FromMinutes(2)).Cache("remote")),
            time: time));
    }
}
