namespace Cacheme.AspNetCore.Tests.Nodes;

public sealed record LongNode(long Id) : Node<string>, INodePolicy
{
    public override NodeKey Key => $"long:{Id}";

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local");
}

public sealed record GuidNode(Guid Id) : Node<string>, INodePolicy
{
    public override NodeKey Key => $"guid:{Id}";

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local");
}

public sealed record BoolNode(bool Flag) : Node<string>, INodePolicy
{
    public override NodeKey Key => $"bool:{Flag}";

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local");
}

public sealed record DoubleNode(double Number) : Node<string>, INodePolicy
{
    public override NodeKey Key => $"double:{Number}";

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local");
}
