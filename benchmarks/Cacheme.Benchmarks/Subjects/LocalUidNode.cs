using Cacheme.Benchmarks.Workloads;

namespace Cacheme.Benchmarks.Subjects;

/// <summary>The reference's node with a local tier in front of Redis.</summary>
internal sealed record LocalUidNode(int Uid) : Node<int>, INodePolicy
{
    public override NodeKey Key => $"uid:{Uid}";

    public override ValueTask<int> LoadAsync(LoadContext context) =>
        context.GetRequiredService<Source>().LoadAsync(Uid, context.CancellationToken);

    public static void Configure(NodePolicyBuilder policy) => policy.Version("v1").Cache("local").Cache("redis");
}
