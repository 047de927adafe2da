using System.Diagnostics;

namespace Cacheme.Fleet;

/// <summary>A node whose value is the moment when its load began, by a clock that all processes of a machine share.</summary>
public sealed record StampNode(int Id) : Node<long>, INodePolicy
{
    private static int _loads;

    /// <summary>The loads of this process.</summary>
    public static int Loads => Volatile.Read(ref _loads);

    public override NodeKey Key => $"stamp:{Id}";

    public override ValueTask<long> LoadAsync(LoadContext context)
    {
        Interlocked.Increment(ref _loads);
        return new(Stopwatch.GetTimestamp());
    }

    public static void Configure(NodePolicyBuilder policy) => policy
        .Cache("local", TimeSpan.FromHours(1)).Cache("shared", TimeSpan.FromHours(1)).Tags("stamps");
}
