namespace Cacheme.AspNetCore.Tests.Nodes;

public sealed record TwoConstructorsNode(string Name) : Node<string>
{
    public TwoConstructorsNode()
        : this("nobody")
    {
    }

    public override NodeKey Key => $"two:{Name}";
}
