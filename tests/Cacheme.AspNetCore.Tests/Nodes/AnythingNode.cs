namespace Cacheme.AspNetCore.Tests.Nodes;

public sealed record AnythingNode(int Id) : Node<object>, INodePolicy
{
    public override NodeKey Key => $"anything:{Id}";

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local");
}
