namespace Cacheme.Storage.Conformance.Suites;

/// <summary>A text, or none, cached in the storage alone. There is no load but the caller's.</summary>
internal sealed record TextNode(string Name) : Node<string?>, INodePolicy
{
    public override NodeKey Key => Name;

    public static void Configure(NodePolicyBuilder policy) =>
        policy.Version("v1").Cache("storage", TimeSpan.FromMinutes(5)).CacheNull(TimeSpan.FromMinutes(5));
}
