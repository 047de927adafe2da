using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.Tests.Hybrid;

public sealed class CachemeHybridCacheContractTests : HybridCacheContract
{
    private protected override async Task<HybridHost> StartAsync(Action<IServiceCollection>? more = null) => await CachemeHost.StartAsync(more);
}
