namespace Cacheme.AspNetCore.Tests.Nodes;

/// <summary>A user that lives for a minute.</summary>
public sealed record MinuteUserNode(int UserId) : Node<User>, INodePolicy
{
    public override NodeKey Key => $"minute-user:{UserId}";

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local", ttl: TimeSpan.FromMinutes(1));
}
