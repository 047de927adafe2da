namespace Cacheme.Redis.Peer;

/// <summary>In Redis alone.</summary>
public sealed record FarNode(int Id) : Node<string>, INodePolicy
{
    public override NodeKey Key => $"far:{Id}";

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("redis", ttl: TimeSpan.FromHours(1));
}
