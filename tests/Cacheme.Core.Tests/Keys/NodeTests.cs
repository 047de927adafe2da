namespace Cacheme.Tests.Keys;

public sealed class NodeTests
{
    [Fact]
    public void Equals_SameProperties_IsTrue()
    {
        Assert.Equal(new UserNode(1, "a"), new UserNode(1, "a"));
        Assert.Equal(new UserNode(1, "a").GetHashCode(), new UserNode(1, "a").GetHashCode());
        Assert.NotEqual(new UserNode(1, "a"), new UserNode(2, "a"));
        Assert.NotEqual(new UserNode(1, "a"), new UserNode(1, "A"));
    }

    [Fact]
    public void Equals_OtherTypeOfTheSameKey_IsFalse() =>
        Assert.False(new UserNode(1, "a").Equals((object)new OtherNode(1, "a")));

    [Fact]
    public void ToString_Node_PrintsItsPropertiesAndNotItsKey()
    {
        Assert.Equal("UserNode { UserId = 1, Name = a }", new UserNode(1, "a").ToString());
        Assert.Equal("SpecialNode { UserId = 1, Extra = 2 }", new SpecialNode(1, 2).ToString());
    }

    [Fact]
    public void ToString_NodeWithoutProperties_IsItsName() => Assert.Equal("EmptyNode { }", new EmptyNode().ToString());

    // The compiler prints every property of a record struct, the key too: nothing stands between them.
    [Fact]
    public void ToString_RecordStruct_PrintsItsKeyAndDoesNotThrow() =>
        Assert.Equal("PointNode { X = 1, Key = point:1 }", new PointNode(1).ToString());

    private sealed record UserNode(int UserId, string Name) : Node<string>
    {
        public override NodeKey Key => $"user:{UserId}:secret";
    }

    private sealed record OtherNode(int UserId, string Name) : Node<string>
    {
        public override NodeKey Key => $"user:{UserId}:secret";
    }

    private abstract record BaseNode(int UserId) : Node<string>
    {
        public override NodeKey Key => $"user:{UserId}:secret";
    }

    private sealed record SpecialNode(int UserId, int Extra) : BaseNode(UserId);

    private sealed record EmptyNode : Node<string>
    {
        public override NodeKey Key => "secret";
    }

    private readonly record struct PointNode(int X) : INode<string>
    {
        public NodeKey Key => $"point:{X}";

        public ValueTask<string> LoadAsync(LoadContext context) => new("");
    }
}
