namespace Cacheme.AspNetCore.Tests.Nodes;

public sealed record BlankNode(string? Name) : Node<string>, INodePolicy
{
    public override NodeKey Key => $"blank:{Name}";

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local");
}
