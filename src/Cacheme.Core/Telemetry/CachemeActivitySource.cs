using System.Diagnostics;

namespace Cacheme.Telemetry;

/// <summary>The source of spans <c>Cacheme</c>: loads and reads of remote storages only, since a hit must not pay for one.</summary>
internal static class CachemeActivitySource
{
    private static readonly ActivitySource Source = new(CachemeMeter.Name);

    /// <summary>Whether anybody wants spans.</summary>
    public static bool IsHeard => Source.HasListeners();

    public static Activity? StartLoad(string node, int keys)
    {
        // The name would be put together for nobody.
        var activity = IsHeard ? Source.StartActivity($"cacheme.load {node}") : null;
        activity?.SetTag("cacheme.node", node);
        activity?.SetTag("cacheme.keys", keys);
        return activity;
    }

    public static Activity? StartRead(string store, int keys)
    {
        var activity = IsHeard ? Source.StartActivity($"cacheme.read {store}") : null;
        activity?.SetTag("cacheme.store", store);
        activity?.SetTag("cacheme.keys", keys);
        return activity;
    }

    /// <summary>Begins the span of what is sent for several callers: under the first of them that is recorded, and linked to all.</summary>
    /// <remarks>Under one of them, since a trace of its own would be sampled without theirs, and the driver's spans with it.</remarks>
    /// <param name="store">The storage.</param>
    /// <param name="callers">The callers' spans, as far as they have one.</param>
    public static Activity? StartBatch(string store, IReadOnlyCollection<Activity?> callers)
    {
        var recorded = callers.OfType<Activity>().Where(static caller => caller.Recorded).Select(static caller => caller.Context).ToList();
        if (recorded.Count == 0)
        {
            return null;
        }

        var activity = Source.StartActivity($"cacheme.batch {store}", ActivityKind.Internal, recorded[0], links: recorded.Select(static caller => new ActivityLink(caller)));
        activity?.SetTag("cacheme.store", store);
        activity?.SetTag("cacheme.keys", callers.Count);
        return activity;
    }
}
