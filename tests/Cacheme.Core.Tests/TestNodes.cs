namespace Cacheme.Tests;

/// <summary>A value that can be told apart by its text.</summary>
public sealed record Item(string Text);

/// <summary>The node most tests use: local in front of remote, loaded by the test's own source.</summary>
public sealed record ItemNode(int Id) : Node<Item>, INodePolicy
{
    public override NodeKey Key => $"item:{Id}";

    public override async ValueTask<Item> LoadAsync(LoadContext context) =>
        new(await context.GetRequiredService<Source>().LoadAsync(Id, context.CancellationToken));

    public static void Configure(NodePolicyBuilder policy) => policy
        .Version("v1")
        .Cache("local", ttl: TimeSpan.FromMinutes(1))
        .Cache("remote", ttl: TimeSpan.FromHours(1));
}

/// <summary>The same without a local tier.</summary>
public sealed record RemoteOnlyNode(int Id) : Node<Item>, INodePolicy
{
    public override NodeKey Key => $"remote-item:{Id}";

    public override async ValueTask<Item> LoadAsync(LoadContext context) =>
        new(await context.GetRequiredService<Source>().LoadAsync(Id, context.CancellationToken));

    public static void Configure(NodePolicyBuilder policy) => policy.Version("v1").Cache("remote", ttl: TimeSpan.FromHours(1));
}

/// <summary>A node that loads in batches.</summary>
public sealed record BatchNode(int Id) : Node<Item>, INodePolicy, IBatchNode<BatchNode, Item>
{
    public override NodeKey Key => $"batch:{Id}";

    public override async ValueTask<Item> LoadAsync(LoadContext context) =>
        new(await context.GetRequiredService<Source>().LoadAsync(Id, context.CancellationToken));

    public static async ValueTask<IReadOnlyDictionary<BatchNode, Item>> LoadAllAsync(IReadOnlyList<BatchNode> nodes, LoadContext context)
    {
        var texts = await context.GetRequiredService<Source>().LoadManyAsync([.. nodes.Select(node => node.Id)], context.CancellationToken);
        return nodes.Where(node => texts.ContainsKey(node.Id)).ToDictionary(node => node, node => new Item(texts[node.Id]));
    }

    public static void Configure(NodePolicyBuilder policy) => policy
        .Cache("local", ttl: TimeSpan.FromMinutes(1)).Cache("remote", ttl: TimeSpan.FromHours(1));
}

/// <summary>A record struct, for the typed handle.</summary>
public readonly record struct StructNode(int Id) : INode<Item>, INodePolicy
{
    public NodeKey Key => $"struct:{Id}";

    public async ValueTask<Item> LoadAsync(LoadContext context) =>
        new(await context.GetRequiredService<Source>().LoadAsync(Id, context.CancellationToken));

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local", ttl: TimeSpan.FromMinutes(1));
}

/// <summary>A node whose load may find nothing; it caches that.</summary>
public sealed record NullableNode(int Id) : Node<Item?>, INodePolicy
{
    public override NodeKey Key => $"nullable:{Id}";

    public override async ValueTask<Item?> LoadAsync(LoadContext context)
    {
        var text = await context.GetRequiredService<Source>().LoadAsync(Id, context.CancellationToken);
        return text.Length == 0 ? null : new Item(text);
    }

    public static void Configure(NodePolicyBuilder policy) => policy
        .Cache("local", ttl: TimeSpan.FromMinutes(1)).Cache("remote", ttl: TimeSpan.FromHours(1)).CacheNull(TimeSpan.FromSeconds(10));
}
