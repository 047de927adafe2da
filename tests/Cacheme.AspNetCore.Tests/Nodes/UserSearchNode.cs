namespace Cacheme.AspNetCore.Tests.Nodes;

public sealed record UserSearchNode(string UserId, string Q) : Node<string>, INodePolicy
{
    public override NodeKey Key => $"user-search:{UserId}:{Q}";

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local");
}
