namespace Cacheme.Tests.Invalidation;

/// <summary>A node whose values have a tag of the node's type, one computed from the node, and one computed from the value.</summary>
public sealed record TaggedNode(int Id) : Node<Item>
{
    public override NodeKey Key => $"tagged:{Id}";

    public override async ValueTask<Item> LoadAsync(LoadContext context) =>
        new(await context.GetRequiredService<Source>().LoadAsync(Id, context.CancellationToken));

    public static void Configure(NodePolicyBuilder policy) => policy
        .Cache("local", TimeSpan.FromMinutes(1)).Cache("remote", TimeSpan.FromHours(1))
        .Tags("items")
        .Tags((TaggedNode node, Item item) => [$"team:{node.Id % 2}", item.Text]);
}

/// <summary>The same without a local tier.</summary>
public sealed record RemoteTaggedNode(int Id) : Node<Item>
{
    public override NodeKey Key => $"remote-tagged:{Id}";

    public override async ValueTask<Item> LoadAsync(LoadContext context) =>
        new(await context.GetRequiredService<Source>().LoadAsync(Id, context.CancellationToken));

    public static void Configure(NodePolicyBuilder policy) => policy
        .Cache("remote", TimeSpan.FromHours(1)).Tags((RemoteTaggedNode node) => [$"team:{node.Id % 2}"]);
}

/// <summary>The same in this process' memory only, as a record struct.</summary>
public readonly record struct LocalTaggedNode(int Id) : INode<Item>, INodePolicy
{
    public NodeKey Key => $"local-tagged:{Id}";

    public async ValueTask<Item> LoadAsync(LoadContext context) =>
        new(await context.GetRequiredService<Source>().LoadAsync(Id, context.CancellationToken));

    public static void Configure(NodePolicyBuilder policy) => policy
        .Cache("local", TimeSpan.FromHours(1)).Tags("1", "2", "3", "4", "5", "6", "7", "8", "9", "10");
}
