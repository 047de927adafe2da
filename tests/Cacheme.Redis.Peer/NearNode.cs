namespace Cacheme.Redis.Peer;

/// <summary>In memory, in front of Redis.</summary>
public sealed record NearNode(int Id) : Node<string>, INodePolicy
{
    public override NodeKey Key => $"near:{Id}";

    public static void Configure(NodePolicyBuilder policy) => policy
        .Cache("local", ttl: TimeSpan.FromSeconds(30))
        .Cache("redis", ttl: TimeSpan.FromHours(1));
}
