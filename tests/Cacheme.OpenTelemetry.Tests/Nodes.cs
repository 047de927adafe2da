namespace Cacheme.OpenTelemetry.Tests;

/// <summary>A page that is kept for ten minutes here, and for an hour in Redis.</summary>
public sealed record PageNode(int Id) : Node<string>, INodePolicy
{
    public override NodeKey Key => $"page:{Id}";

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local", ttl: TimeSpan.FromMinutes(10)).Cache("redis", ttl: TimeSpan.FromHours(1));

    public override ValueTask<string> LoadAsync(LoadContext context) => new($"page {Id}");
}

/// <summary>A page that cannot be loaded.</summary>
public sealed record BrokenPageNode(int Id) : Node<string>, INodePolicy
{
    public override NodeKey Key => $"broken:{Id}";

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local");

    public override ValueTask<string> LoadAsync(LoadContext context) => throw new InvalidDataException("broken");
}

/// <summary>A page that is kept in Redis only.</summary>
public sealed record RemotePageNode(int Id) : Node<string>, INodePolicy
{
    public override NodeKey Key => $"remote:{Id}";

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("redis", ttl: TimeSpan.FromHours(1));
}

/// <summary>A page that is kept in two storages.</summary>
public sealed record PairNode(int Id) : Node<string>, INodePolicy
{
    public override NodeKey Key => $"pair:{Id}";

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local").Cache("other");
}
