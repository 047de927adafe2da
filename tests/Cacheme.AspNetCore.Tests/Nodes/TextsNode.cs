namespace Cacheme.AspNetCore.Tests.Nodes;

public sealed record TextsNode(string Name) : Node<string[]>, INodePolicy
{
    public override NodeKey Key => $"texts:{Name}";

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local");
}
