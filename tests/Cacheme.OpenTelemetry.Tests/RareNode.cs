namespace Cacheme.OpenTelemetry.Tests;

public sealed record RareNode(int Id) : Node<string?>, INodePolicy
{
    public static Func<int, LoadContext, ValueTask<string?>> Load { get; set; } = static (id, _) => new($"rare {id}");

    public override NodeKey Key => $"rare:{Id}";

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local", ttl: TimeSpan.FromMinutes(10)).Cache("remote", ttl: TimeSpan.FromHours(1)).CacheNull();

    public override ValueTask<string?> LoadAsync(LoadContext context) => Load(Id, context);
}
