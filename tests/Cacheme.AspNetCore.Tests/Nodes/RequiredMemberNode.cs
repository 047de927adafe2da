namespace Cacheme.AspNetCore.Tests.Nodes;

public sealed record RequiredMemberNode : Node<string>
{
    public required string Name { get; init; }

    public override NodeKey Key => $"required:{Name}";
}
