using Cacheme.Nodes;

namespace Cacheme.Pipeline;

/// <summary>The remote tiers nearer than the one that carries the news: they may be this machine's own, and nobody else removes anything there.</summary>
/// <remarks>Only the bus calls what changes it; what is asked is thread-safe.</remarks>
/// <param name="context">The node's.</param>
internal sealed class OwnTiers<TNode, TValue>(NodeContext<TNode, TValue> context)
    where TNode : notnull
{
    private readonly NodeDefinition _definition = context.Definition;
    private readonly List<Task> _removing = [];
    private long _floor;

    /// <summary>Whether there are any.</summary>
    public bool Any => _definition.BusTier > 0;

    /// <summary>Whether an entry there may have been invalidated by what nobody can name any more.</summary>
    /// <param name="tier">The tier's place among the remote ones.</param>
    /// <param name="known">What its load knew.</param>
    public bool IsStale(int tier, long known) => tier < _definition.BusTier && known < Volatile.Read(ref _floor);

    /// <summary>Notes that entries must have known that record: keys were invalidated that nobody names.</summary>
    public void RaiseFloor(long number) => Volatile.Write(ref _floor, Math.Max(number, _floor));

    /// <summary>Gives the removals of a key their places. Under the lock of its slot.</summary>
    public void AddRemoval(WriteBack<TNode, TValue> writeBack, string key) => writeBack.AddRemoval(key, _definition.BusTier);

    /// <summary>Removes keys that were invalidated before this process came. Does not wait.</summary>
    public void Remove(IReadOnlyCollection<string> keys)
    {
        if (!Any)
        {
            return;
        }

        var writeBack = context.BeginWriteBack();
        foreach (var key in keys)
        {
            context.Flights.Exclusively(key, () => AddRemoval(writeBack, key));
        }

        _removing.Add(writeBack.SendAsync());
    }

    /// <summary>Waits until they are removed, or the storages have failed, which are then not read for these keys.</summary>
    public async Task RemovedAsync()
    {
        await Task.WhenAll(_removing).ConfigureAwait(false);
        _removing.Clear();
    }
}
