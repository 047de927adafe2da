using Microsoft.Extensions.Caching.Hybrid;

namespace Cacheme.Tests.Hybrid;

/// <summary>An application with a HybridCache over memory and a second tier, and two named ones, whoever provides them.</summary>
internal abstract class HybridHost : IAsyncDisposable
{
    public abstract HybridCache Cache { get; }

    /// <summary>The named caches are "one" and "two".</summary>
    public abstract HybridCache Named(string name);

    /// <summary>Another process over the same second tier.</summary>
    public abstract Task<HybridHost> StartOtherAsync();

    /// <summary>Waits until the second tier has what it was sent, and the processes have told each other what they have to tell.</summary>
    public abstract Task SettleAsync();

    /// <summary>Fails every call of the second tier from now on.</summary>
    public abstract void BreakSecondTier();

    /// <summary>How many entries the second tier has.</summary>
    public abstract int SecondTierCount { get; }

    public abstract ValueTask DisposeAsync();
}
