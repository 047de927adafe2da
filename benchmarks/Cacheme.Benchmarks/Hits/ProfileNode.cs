namespace Cacheme.Benchmarks.Hits;

/// <summary>A record class in memory.</summary>
internal sealed record ProfileNode(int Id) : Node<string>, INodePolicy
{
    public override NodeKey Key => $"user-profile:{Id}";

    public override ValueTask<string> LoadAsync(LoadContext context) => new($"profile {Id}");

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local", ttl: TimeSpan.FromMinutes(10));
}
