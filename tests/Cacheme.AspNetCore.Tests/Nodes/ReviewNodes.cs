namespace Cacheme.AspNetCore.Tests.Nodes;

public sealed record HomeNode(string Culture) : Node<string>, INodePolicy
{
    public override NodeKey Key => $"home:{Culture}";

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local", ttl: TimeSpan.FromMinutes(1));
}

public sealed record UserSearchNode(string UserId, string Q) : Node<string>, INodePolicy
{
    public override NodeKey Key => $"user-search:{UserId}:{Q}";

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local");
}

public sealed record HeaderArrayNode(string[] Ids) : Node<string>, INodePolicy
{
    public override NodeKey Key => $"header-array:{Ids.Length}:{string.Join('|', Ids)}";

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local");
}

public sealed record BytesNode(int Id) : Node<byte[]>, INodePolicy
{
    public override NodeKey Key => $"bytes:{Id}";

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local");
}
