namespace Cacheme.AspNetCore.Tests.Nodes;

public sealed record HeaderArrayNode(string[] Ids) : Node<string>, INodePolicy
{
    public override NodeKey Key => $"header-array:{Ids.Length}:{string.Join('|', Ids)}";

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local");
}
