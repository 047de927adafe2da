using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.Tests.Hybrid;

/// <summary>The contract is Microsoft's, so its own provider must pass what we say of it.</summary>
public sealed class MicrosoftHybridCacheContractTests : HybridCacheContract
{
    private protected override Task<HybridHost> StartAsync(Action<IServiceCollection>? more = null) => Task.FromResult<HybridHost>(new MicrosoftHost(more));
}
