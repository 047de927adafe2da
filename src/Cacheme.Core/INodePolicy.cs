namespace Cacheme;

/// <summary>A node that says itself where and for how long it is cached.</summary>
public interface INodePolicy
{
    /// <summary>Writes the node's policy. Called once, when the node is added; appsettings may override what it says.</summary>
    /// <param name="policy">Where it is written.</param>
    static abstract void Configure(NodePolicyBuilder policy);
}
