using System.Diagnostics;

namespace Cacheme.Telemetry;

/// <summary>The source of spans <c>Cacheme</c>: gets that go past the local tiers, their reads and their loads. A local hit must not pay for one.</summary>
internal static class CachemeActivitySource
{
    private static readonly ActivitySource Source = new(CachemeMeter.Name);

    /// <summary>Whether anybody wants spans.</summary>
    public static bool IsHeard => Source.HasListeners();

    /// <summary>Begins the span of a get that no local tier answers.</summary>
    public static Activity? StartGet(string node, int keys = 1)
    {
        var activity = IsHeard ? Source.StartActivity($"cacheme.get {node}") : null;
        activity?.SetTag("cacheme.node", node);
        activity?.SetTag("cacheme.keys", keys);
        return activity;
    }

    /// <summary>Says what answered a get.</summary>
    /// <param name="get">Its span.</param>
    /// <param name="tier">The storage; null for none.</param>
    /// <param name="load">The span of the load that another caller's get has begun and this one waited for; null for none.</param>
    public static void Answered(Activity? get, string? tier, Activity? load)
    {
        get?.SetTag("cacheme.result", tier is null ? "miss" : "hit");
        get?.SetTag("cacheme.tier", tier ?? "none");
        Link(get, load);
    }

    /// <summary>Says that a get, a read or a load has failed. Without words: they may have a key in them.</summary>
    public static void Failed(Activity? span, Exception error, Activity? load = null)
    {
        span?.SetStatus(ActivityStatusCode.Error, error.GetType().Name);
        Link(span, load);
    }

    /// <summary>Says how a load has ended.</summary>
    public static void Loaded(Activity? load, LoadOutcome outcome) => load?.SetTag("cacheme.outcome", CachemeMeter.NameOf(outcome));

    /// <summary>Begins the span of a load.</summary>
    public static Activity? StartLoad(string node, int keys)
    {
        // The name would be put together for nobody.
        var activity = IsHeard ? Source.StartActivity($"cacheme.load {node}") : null;
        activity?.SetTag("cacheme.node", node);
        activity?.SetTag("cacheme.keys", keys);
        return activity;
    }

    /// <summary>Begins the span of a read of a remote storage.</summary>
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

    /// <summary>Says that a get has waited for a load that another caller's get has begun.</summary>
    public static void Link(Activity? get, Activity? load)
    {
        if (load is not null)
        {
            get?.AddLink(new ActivityLink(load.Context));
        }
    }
}
