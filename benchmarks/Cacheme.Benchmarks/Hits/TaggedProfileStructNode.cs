namespace Cacheme.Benchmarks.Hits;

/// <summary>A record struct in memory whose values have ten tags.</summary>
internal readonly record struct TaggedProfileStructNode(int Id) : INode<string>, INodePolicy
{
    public NodeKey Key => $"user-profile-tagged:{Id}";

    public ValueTask<string> LoadAsync(LoadContext context) => new($"profile {Id}");

    public static void Configure(NodePolicyBuilder policy) => policy
        .Cache("local", ttl: TimeSpan.FromMinutes(10))
        .Tags("users", "profiles")
        .Tags((TaggedProfileStructNode node) => Enumerable.Range(0, 8).Select(i => $"group {(node.Id + i) % 100}"));
}
