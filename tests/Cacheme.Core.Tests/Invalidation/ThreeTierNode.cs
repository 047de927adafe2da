namespace Cacheme.Tests.Invalidation;

/// <summary>A node with two remote tiers behind the memory.</summary>
public sealed record ThreeTierNode(int Id) : Node<Item>
{
    public override NodeKey Key => $"three:{Id}";

    public override async ValueTask<Item> LoadAsync(LoadContext context) =>
        new(await context.GetRequiredService<Source>().LoadAsync(Id, context.CancellationToken));

    /// <summary>A file of the machine's own stands before the server.</summary>
    public static void BehindAFile(NodePolicyBuilder policy) => policy
        .Cache("local", TimeSpan.FromMinutes(1)).Cache("file", TimeSpan.FromHours(1)).Cache("remote", TimeSpan.FromHours(1));

    /// <summary>A database that keeps more stands behind the server.</summary>
    public static void BeforeADatabase(NodePolicyBuilder policy) => policy
        .Cache("local", TimeSpan.FromMinutes(1)).Cache("remote", TimeSpan.FromHours(1)).Cache("database", TimeSpan.FromHours(10));
}
