namespace Cacheme.Benchmarks.Hits;

/// <summary>A record struct in memory.</summary>
internal readonly record struct ProfileStructNode(int Id) : INode<string>, INodePolicy
{
    public NodeKey Key => $"user-profile-struct:{Id}";

    public ValueTask<string> LoadAsync(LoadContext context) => new($"profile {Id}");

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local", ttl: TimeSpan.FromMinutes(10));
}
