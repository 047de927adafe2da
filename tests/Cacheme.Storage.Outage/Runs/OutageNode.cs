namespace Cacheme.Storage.Outage.Runs;

/// <summary>What the run asks for: nothing but the storage stands before the load.</summary>
internal sealed record OutageNode(int Id) : Node<string>, INodePolicy
{
    public const string Storage = "storage";

    public override NodeKey Key => $"outage:{Id}";

    public override ValueTask<string> LoadAsync(LoadContext context) => new(context.GetRequiredService<Oracle>().Load(Id));

    public static void Configure(NodePolicyBuilder policy) => policy.Version("v1").Cache(Storage, TimeSpan.FromMinutes(10));
}
