namespace Cacheme.AspNetCore.Tests.Nodes;

/// <summary>A node with a parameter of each kind.</summary>
public sealed record ManyNode(
    string Slug, int Number, int? Maybe, string? Text, Shade? Shade, Guid? Id, DateOnly? Day, bool? Flag, int[]? Ids, string[]? Names, string? Tag) : Node<string>, INodePolicy
{
    public override NodeKey Key =>
        $"many:{Slug}:{Number}:{Maybe}:{Text}:{Shade}:{Id}:{Day}:{Flag}:{string.Join(',', Ids ?? [])}:{string.Join(',', Names ?? [])}:{Tag}";

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local");
}

/// <summary>A node that no text makes.</summary>
public sealed record UnreadableNode(Uri Address) : Node<string>, INodePolicy
{
    public override NodeKey Key => $"unreadable:{Address}";

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local");
}
