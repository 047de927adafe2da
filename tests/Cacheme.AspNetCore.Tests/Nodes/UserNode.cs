namespace Cacheme.AspNetCore.Tests.Nodes;

public sealed record UserNode(int UserId) : Node<User>
{
    public override NodeKey Key => $"user:{UserId}";
}
