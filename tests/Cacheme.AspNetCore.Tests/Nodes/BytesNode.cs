namespace Cacheme.AspNetCore.Tests.Nodes;

public sealed record BytesNode(int Id) : Node<byte[]>, INodePolicy
{
    public override NodeKey Key => $"bytes:{Id}";

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local");
}
