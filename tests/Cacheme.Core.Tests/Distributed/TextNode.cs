namespace Cacheme.Tests.Distributed;

public sealed record TextNode(string Text) : Node<string>
{
    public override NodeKey Key => $"{Text}";

    public override ValueTask<string> LoadAsync(LoadContext context) => new("loaded");
}
