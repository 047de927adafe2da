namespace Cacheme.AspNetCore.Tests.Nodes;

public sealed record MaybeUserNode(int UserId) : Node<User?>
{
    public override NodeKey Key => $"maybe:{UserId}";
}
