using Cacheme.Benchmarks.Workloads;

namespace Cacheme.Benchmarks.Subjects;

/// <summary>The reference's node with a load for many at once.</summary>
internal sealed record BatchUidNode(int Uid) : Node<int>, INodePolicy, IBatchNode<BatchUidNode, int>
{
    public override NodeKey Key => $"uid:{Uid}";

    public static async ValueTask<IReadOnlyDictionary<BatchUidNode, int>> LoadAllAsync(IReadOnlyList<BatchUidNode> nodes, LoadContext context)
    {
        await context.GetRequiredService<Source>().LoadManyAsync(nodes.Count, context.CancellationToken);
        return nodes.ToDictionary(node => node, node => node.Uid);
    }

    public static void Configure(NodePolicyBuilder policy) => policy.Version("v1").Cache("redis");
}
