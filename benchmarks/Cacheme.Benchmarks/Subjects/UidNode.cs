using Cacheme.Benchmarks.Workloads;

namespace Cacheme.Benchmarks.Subjects;

/// <summary>The reference's node: in Redis only.</summary>
internal sealed record UidNode(int Uid) : Node<int>, INodePolicy
{
    public override NodeKey Key => $"uid:{Uid}";

    public override ValueTask<int> LoadAsync(LoadContext context) =>
        context.GetRequiredService<Source>().LoadAsync(Uid, context.CancellationToken);

    public static void Configure(NodePolicyBuilder policy) => policy.Version("v1").Cache("redis");
}
