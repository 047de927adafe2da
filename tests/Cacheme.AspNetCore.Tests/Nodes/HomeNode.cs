namespace Cacheme.AspNetCore.Tests.Nodes;

public sealed record HomeNode(string Culture) : Node<string>, INodePolicy
{
    public override NodeKey Key => $"home:{Culture}";

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local", ttl: TimeSpan.FromMinutes(1));
}
