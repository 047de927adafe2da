using Cacheme.Nodes;
using Cacheme.Storage;
using Cacheme.Telemetry;

namespace Cacheme.Pipeline;

/// <summary>Before step 7, where a node loads once across processes: it takes the key's lease, or waits for what its holder loads.</summary>
/// <remarks>
/// Nobody waits for longer than the node says, whoever holds the lease and whatever becomes of him; and where the storage does
/// not answer the load goes ahead at once.
/// </remarks>
internal sealed class SharedLoads<TNode, TValue>(NodeContext<TNode, TValue> context, RemoteTier tier, int place, IStorageLeases leases, TimeSpan longestWait)
    where TNode : notnull
{
    private static readonly TimeSpan LongestLease = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortestLease = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(100);

    // Long enough to be extended, and for a write, however long one operation of the storage may take.
    private readonly TimeSpan _duration = TimeSpan.FromTicks(
        Math.Max(Math.Clamp((longestWait / 3).Ticks, ShortestLease.Ticks, LongestLease.Ticks), 3 * tier.Storage.Timeout.Ticks));

    /// <summary>Waits for the right to load, or for a value.</summary>
    /// <param name="node">The node.</param>
    /// <param name="key">Its full key.</param>
    /// <param name="abandoned">Fires when nobody waits any more.</param>
    /// <returns>The lease, to be disposed when the value is stored; or the value that another process has loaded; or neither, to load without.</returns>
    public async ValueTask<(LoadLease? Lease, FoundValue<TValue>? Found)> EnterAsync(TNode node, string key, CancellationToken abandoned)
    {
        // A storage that hangs meanwhile must not make it longer.
        using var patience = new CancellationTokenSource(longestWait, context.Clock.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, abandoned);
        try
        {
            return await EnterWithinAsync(node, key, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!abandoned.IsCancellationRequested)
        {
            return default;
        }
    }

    private async ValueTask<(LoadLease? Lease, FoundValue<TValue>? Found)> EnterWithinAsync(TNode node, string key, CancellationToken ended)
    {
        var pause = FirstPause;
        while (true)
        {
            var asked = context.Clock.Time.GetTimestamp();
            var taken = await tier.Storage.AskAsync(
                StoreOperation.LeaseTake, (leases, key, _duration), static (ask, token) => ask.leases.TryTakeAsync(ask.key, ask._duration, token), ended).ConfigureAwait(false);
            if (taken.Error is not null)
            {
                return default;
            }

            var isFirst = pause == FirstPause;
            if (taken.Value > 0)
            {
                var lease = new LoadLease(tier.Storage, leases, key, taken.Value, _duration, asked, context.Clock.Time);
                // Who had it before may have stored the value since this one looked.
                return isFirst ? (lease, null) : await LookAgainAsync(lease, node, key, ended).ConfigureAwait(false);
            }

            await Task.Delay(pause, context.Clock.Time, ended).ConfigureAwait(false);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            if (await LookAsync(node, key, ended).ConfigureAwait(false) is { } found)
            {
                return (null, found);
            }
        }
    }

    private async ValueTask<(LoadLease? Lease, FoundValue<TValue>? Found)> LookAgainAsync(LoadLease lease, TNode node, string key, CancellationToken ended)
    {
        try
        {
            if (await LookAsync(node, key, ended).ConfigureAwait(false) is not { } stored)
            {
                return (lease, null);
            }

            await lease.DisposeAsync().ConfigureAwait(false);
            return (null, stored);
        }
        catch (OperationCanceledException)
        {
            // Nobody is left to wait for that; it never fails.
            _ = lease.DisposeAsync().AsTask();
            throw;
        }
    }

    private async ValueTask<FoundValue<TValue>?> LookAsync(TNode node, string key, CancellationToken abandoned)
    {
        var read = await tier.Storage.ReadAsync([key], abandoned).ConfigureAwait(false);
        return read is { Error: null, Value: [{ Exists: true } stored] }
            && context.Values.CodecOf(node).TryRead(tier.Storage.Name, key, stored.Bytes, out var found, out _)
            && !context.Invalidations.IsStale(key, place, found)
            ? found with { Tier = context.Definition.LocalTiers.Count + place }
            : null;
    }
}
