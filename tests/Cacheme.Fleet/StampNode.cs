using System.Diagnostics;

namespace Cacheme.Fleet;

/// <summary>A node whose value is the moment when its load began, by a clock that all processes of a machine share.</summary>
public sealed record StampNode(int Id) : Node<long>, INodePolicy
{
    public override NodeKey Key => $"stamp:{Id}";

    public override ValueTask<long> LoadAsync(LoadContext context) => new(Stopwatch.GetTimestamp());

    public static void Configure(NodePolicyBuilder policy) => policy
        .Cache("local", TimeSpan.FromHours(1)).Cache("shared", TimeSpan.FromHours(1)).Tags("stamps");
}
