using System.Diagnostics;

namespace Cacheme.Fleet;

/// <summary>A node whose load takes a while, and of which one process of the fleet runs it.</summary>
public sealed record OnceNode(int Id) : Node<long>, INodePolicy
{
    /// <summary>How long a load takes.</summary>
    public static readonly TimeSpan LoadTime = TimeSpan.FromSeconds(1);

    private static int _loads;

    /// <summary>The loads that this process has begun.</summary>
    public static int Loads => Volatile.Read(ref _loads);

    public override NodeKey Key => $"once:{Id}";

    public override async ValueTask<long> LoadAsync(LoadContext context)
    {
        Interlocked.Increment(ref _loads);
        var began = Stopwatch.GetTimestamp();
        await Task.Delay(LoadTime, context.CancellationToken);
        return began;
    }

    public static void Configure(NodePolicyBuilder policy) => policy
        .Cache("local", TimeSpan.FromHours(1)).Cache("shared", TimeSpan.FromHours(1)).LoadOnceAcrossProcesses(TimeSpan.FromSeconds(30));
}
