namespace Cacheme.AspNetCore.Tests.Nodes;

public sealed record UnregisteredNode(int UserId) : Node<User>
{
    public override NodeKey Key => $"unregistered:{UserId}";
}
