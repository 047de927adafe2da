namespace Cacheme.DependencyInjection;

/// <summary>What appsettings may say of one node.</summary>
internal sealed class NodeSettings
{
    public string? Version { get; set; }

    /// <summary>The whole chain, in place of the node's own.</summary>
    public List<TierSettings>? Caches { get; set; }

    /// <summary>Times to live by storage name, where the chain stays.</summary>
    public Dictionary<string, TimeSpan>? Ttls { get; set; }
}
