namespace Cacheme.AspNetCore.Tests.Nodes;

public sealed record NumberNode(int Id) : Node<int>
{
    public override NodeKey Key => $"number:{Id}";
}
