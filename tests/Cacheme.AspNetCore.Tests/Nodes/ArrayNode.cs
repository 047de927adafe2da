namespace Cacheme.AspNetCore.Tests.Nodes;

public sealed record ArrayNode(int[] Ids) : Node<string>
{
    public override NodeKey Key => $"array:{string.Join(',', Ids)}";
}
