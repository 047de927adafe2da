using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Tests.OutputCaching;

/// <summary>The framework's own store, to see that the contract is its own.</summary>
public sealed class MicrosoftsMemoryOutputCacheTests : OutputCacheContract
{
    // It stores what a handler has written that stops because its client has left.
    protected override string AfterOneHasLeft => "first ";

    protected override void AddStore(IServiceCollection services)
    {
    }
}
