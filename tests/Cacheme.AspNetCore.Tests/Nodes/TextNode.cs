namespace Cacheme.AspNetCore.Tests.Nodes;

public sealed record TextNode(string Name) : Node<string>
{
    public override NodeKey Key => $"text:{Name}";
}
