namespace Cacheme.AspNetCore.Tests.Nodes;

public sealed record SearchNode(string Prefix, Shade? Shade, Guid? Id = null, int Page = 1) : Node<string>
{
    public override NodeKey Key => $"search:{Prefix}:{Shade}:{Id}:{Page}";
}
