namespace Cacheme.AspNetCore.Tests.Nodes;

public sealed record RemoteUserNode(int UserId) : Node<User>
{
    public override NodeKey Key => $"remote-user:{UserId}";
}
