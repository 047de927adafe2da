using Cacheme.Invalidation;
using Cacheme.Local;
using Cacheme.Storage;

namespace Cacheme.Nodes;

/// <summary>The storages of a host, by name.</summary>
internal sealed class NodeStorages : IAsyncDisposable
{
    private long _sweptEpoch;

    public Dictionary<string, LocalStorage> Local { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, RemoteStorage> Remote { get; } = new(StringComparer.Ordinal);

    /// <summary>The buses of the storages that can carry invalidations.</summary>
    public Dictionary<string, InvalidationBus> Buses { get; } = new(StringComparer.Ordinal);

    /// <summary>The tags that were removed, in all of them.</summary>
    public RemovedTags RemovedTags { get; } = new();

    /// <summary>Drops the local entries of removed tags, and forgets those tags.</summary>
    public void SweepTags()
    {
        if (RemovedTags.Count == 0)
        {
            return;
        }

        var epoch = RemovedTags.Epoch;
        foreach (var storage in Local.Values)
        {
            storage.Remove(RemovedTags);
        }

        // Up to the sweep before this one: a load that began in between shall not be in vain.
        RemovedTags.Forget(_sweptEpoch);
        _sweptEpoch = epoch;
    }

    public string Names => Local.Count + Remote.Count == 0
        ? "none is registered"
        : "registered are " + string.Join(", ", Local.Keys.Concat(Remote.Keys).Order(StringComparer.Ordinal).Select(name => $"'{name}'"));

    /// <summary>Disposes all of them; what one throws is thrown after the others are done.</summary>
    public async ValueTask DisposeAsync()
    {
        // First, since they use the storages.
        await Task.WhenAll(Buses.Values.Select(async bus => await bus.DisposeAsync().ConfigureAwait(false))).ConfigureAwait(false);
        foreach (var storage in Local.Values)
        {
            storage.Dispose();
        }

        await Task.WhenAll(Remote.Values.Select(async storage => await storage.DisposeAsync().ConfigureAwait(false))).ConfigureAwait(false);
    }
}
