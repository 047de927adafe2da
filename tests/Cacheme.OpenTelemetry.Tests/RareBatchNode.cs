namespace Cacheme.OpenTelemetry.Tests;

public sealed record RareBatchNode(int Id) : Node<string>, IBatchNode<RareBatchNode, string>, INodePolicy
{
    public override NodeKey Key => $"rare-batch:{Id}";

    public static Func<Task> Before { get; set; } = static () => Task.CompletedTask;

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local").Cache("remote");

    public static async ValueTask<IReadOnlyDictionary<RareBatchNode, string>> LoadAllAsync(IReadOnlyList<RareBatchNode> nodes, LoadContext context)
    {
        await Before();
        return nodes.ToDictionary(static node => node, static node => $"{node.Id}");
    }

    public override ValueTask<string> LoadAsync(LoadContext context) => new($"{Id}");
}
