namespace Cacheme.Tests.Pipeline;

/// <summary>A node whose batch load gives null, against its type.</summary>
public sealed record NullBatchNode(int Id) : Node<Item>, INodePolicy, IBatchNode<NullBatchNode, Item>
{
    public override NodeKey Key => $"null-batch:{Id}";

    public static ValueTask<IReadOnlyDictionary<NullBatchNode, Item>> LoadAllAsync(IReadOnlyList<NullBatchNode> nodes, LoadContext context) =>
        new(default(IReadOnlyDictionary<NullBatchNode, Item>)!);

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local");
}
