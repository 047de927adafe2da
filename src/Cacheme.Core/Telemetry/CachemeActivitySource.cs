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
}
