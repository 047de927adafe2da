namespace Cacheme;

/// <summary>How a node is cached, after its policy and appsettings were put together.</summary>
public sealed record NodeInfo
{
    /// <summary>The node's name.</summary>
    public required string Name { get; init; }

    /// <summary>The node's type.</summary>
    public required Type NodeType { get; init; }

    /// <summary>The type of its value.</summary>
    public required Type ValueType { get; init; }

    /// <summary>The version that ends each key.</summary>
    public required string Version { get; init; }

    /// <summary>The tiers, in the order in which they are asked.</summary>
    public required IReadOnlyList<NodeTierInfo> Tiers { get; init; }
}
