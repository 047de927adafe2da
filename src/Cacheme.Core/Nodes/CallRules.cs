using Cacheme.Concurrency;

namespace Cacheme.Nodes;

/// <summary>What one call asks for in place of what its node's policy says. Immutable.</summary>
internal sealed record CallRules
{
    /// <summary>Everything as the policy says.</summary>
    public static CallRules None { get; } = new();

    /// <summary>How long the value may stay in a local tier; null for the tier's own time.</summary>
    public TimeSpan? LocalTimeToLive { get; init; }

    /// <summary>How long the value may stay in a remote tier; null for the tier's own time.</summary>
    public TimeSpan? RemoteTimeToLive { get; init; }

    public bool ReadsLocal { get; init; } = true;

    public bool WritesLocal { get; init; } = true;

    public bool ReadsRemote { get; init; } = true;

    public bool WritesRemote { get; init; } = true;

    /// <summary>Whose flights it may join.</summary>
    public FlightForm Form { get; init; }

    /// <summary>How long a value may be handed out by the flight that brought it, of what the node allows.</summary>
    public TimeSpan JoinableFor(TimeSpan ofNode)
    {
        var life = LocalTimeToLive < RemoteTimeToLive ? LocalTimeToLive : RemoteTimeToLive ?? LocalTimeToLive;
        return life < ofNode ? life.Value : ofNode;
    }
}
