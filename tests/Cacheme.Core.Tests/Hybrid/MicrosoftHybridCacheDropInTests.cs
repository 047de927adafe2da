using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.Tests.Hybrid;

public sealed class MicrosoftHybridCacheDropInTests : HybridCacheDropInContract
{
    private protected override Task<HybridHost> StartAsync(Action<IServiceCollection>? more = null) => Task.FromResult<HybridHost>(new MicrosoftHost(more));
}
