using Cacheme.Telemetry;

namespace Cacheme.Invalidation;

/// <summary>Removes tags: in this process at once, and by every bus elsewhere.</summary>
internal sealed class TagInvalidations(RemovedTags removed, IReadOnlyCollection<InvalidationBus> buses, CachemeMeter meter)
{
    /// <summary>Removes tags of nodes, whichever have them. Returns the storages that could not be told, which is tried again.</summary>
    public Task<IReadOnlyList<(string Storage, Exception Error)>> InvalidateAsync(IReadOnlyCollection<string> tags) => InvalidateAsync(tags, buses);

    /// <summary>Removes tags that only one cache has, which has a bus or none.</summary>
    public Task<IReadOnlyList<(string Storage, Exception Error)>> InvalidateAsync(IReadOnlyCollection<string> tags, InvalidationBus? bus) =>
        InvalidateAsync(tags, bus is null ? [] : [bus]);

    private async Task<IReadOnlyList<(string Storage, Exception Error)>> InvalidateAsync(IReadOnlyCollection<string> tags, IReadOnlyCollection<InvalidationBus> buses)
    {
        removed.Add(tags);
        meter.TagsRemoved(tags.Count);
        var told = await Task.WhenAll(buses.Where(static bus => bus.HasNodes).Select(async bus =>
            (bus.Storage, (await bus.SendTagsAsync(tags).ConfigureAwait(false)).Error))).ConfigureAwait(false);
        // Once more: what was read from a remote tier in between was measured by the removals before this one.
        removed.Add(tags);
        return [.. told.Where(static one => one.Error is not null).Select(static one => (one.Storage, one.Error!))]; // Not null: those were filtered.
    }
}
