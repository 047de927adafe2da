namespace Cacheme.AspNetCore.Tests.Nodes;

/// <summary>A node with a load of its own, which finds nobody over 100.</summary>
public sealed record LoadedNode(int UserId, Shade Shade = Shade.Light) : Node<User?>, INodePolicy
{
    public override NodeKey Key => $"loaded:{UserId}:{Shade}";

    public override ValueTask<User?> LoadAsync(LoadContext context) =>
        new(context.GetRequiredService<Testing.Counter>().Next() is var run && UserId <= 100 ? new User(UserId, $"{Shade} {run}") : null);

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local");
}

/// <summary>The same, and that there is nobody is kept.</summary>
public sealed record KnownNobodyNode(int UserId) : Node<User?>, INodePolicy
{
    public override NodeKey Key => $"known:{UserId}";

    public override ValueTask<User?> LoadAsync(LoadContext context) =>
        new(context.GetRequiredService<Testing.Counter>().Next() is var run && UserId <= 100 ? new User(UserId, $"run {run}") : null);

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local").CacheNull();
}
