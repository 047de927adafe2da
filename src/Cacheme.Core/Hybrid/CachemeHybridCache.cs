using Cacheme.Invalidation;
using Cacheme.Pipeline;
using Cacheme.Telemetry;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Logging;

namespace Cacheme.Hybrid;

/// <summary>A <see cref="HybridCache"/> over the pipeline: hits are answered here, everything else is handed on. Thread-safe.</summary>
internal sealed class CachemeHybridCache(
    NodeContext<HybridNode, HybridItem> context, HybridCalls calls, TagInvalidations tagInvalidations, ILogger logger) : HybridCache
{
    private readonly Requests<HybridNode, HybridItem> _requests = new(context);
    private readonly Changes<HybridNode, HybridItem> _changes = new(context);

    /// <summary>What its steps work with.</summary>
    internal NodeContext<HybridNode, HybridItem> Context => context;

    public override ValueTask<T> GetOrCreateAsync<TState, T>(
        string key,
        TState state,
        Func<TState, CancellationToken, ValueTask<T>> factory,
        HybridCacheEntryOptions? options = null,
        IEnumerable<string>? tags = null,
        CancellationToken cancellationToken = default) =>
        TryHit<T>(key, options, cancellationToken, out var value) ? new(value) : MissAsync(key, state, factory, options, tags, cancellationToken);

    public override ValueTask<T> GetOrCreateAsync<TState, T>(
        ReadOnlySpan<char> key,
        TState state,
        Func<TState, CancellationToken, ValueTask<T>> factory,
        HybridCacheEntryOptions? options = null,
        IEnumerable<string>? tags = null,
        CancellationToken cancellationToken = default) =>
        TryHit<T>(key, options, cancellationToken, out var value)
            ? new(value)
            : MissAsync(key.ToString(), state, factory, options, tags, cancellationToken);

    public override async ValueTask SetAsync<T>(
        string key, T value, HybridCacheEntryOptions? options = null, IEnumerable<string>? tags = null, CancellationToken cancellationToken = default)
    {
        if (Refuses(key))
        {
            return;
        }

        var (node, type) = calls.Of<T>(key, options, tags);
        if (node.Rules is { WritesLocal: true } or { WritesRemote: true })
        {
            await _changes.SetAsync(node, new HybridItem<T>(type, value, isTaken: true), cancellationToken).ConfigureAwait(false);
        }
    }

    public override ValueTask RemoveAsync(string key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        return RemoveAsync([key], cancellationToken);
    }

    public override async ValueTask RemoveAsync(IEnumerable<string>? keys, CancellationToken cancellationToken = default)
    {
        // A key that is refused has no entry.
        var nodes = (keys ?? []).Where(key => calls.FaultOf(key ?? throw new ArgumentNullException(nameof(keys))) is null).Select(calls.OfRemoval).ToList();
        if (nodes.Count > 0)
        {
            await _changes.InvalidateAsync(nodes, cancellationToken).ConfigureAwait(false);
        }
    }

    public override ValueTask RemoveByTagAsync(string tag, CancellationToken cancellationToken = default) => RemoveByTagAsync([tag], cancellationToken);

    public override async ValueTask RemoveByTagAsync(IEnumerable<string>? tags, CancellationToken cancellationToken = default)
    {
        var removed = calls.TagsOfRemoval(tags);
        if (removed.Count == 0)
        {
            return;
        }

        var failures = await tagInvalidations.InvalidateAsync(removed, context.Definition.Bus).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (failures.Count > 0)
        {
            throw new InvalidationException([.. failures.Select(static failure => failure.Storage)], failures[0].Error);
        }
    }

    // No string, no closure, no allocation. A key that is no key is found nowhere, so it is not looked at here.
    private bool TryHit<T>(ReadOnlySpan<char> key, HybridCacheEntryOptions? options, CancellationToken cancellationToken, out T value)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            context.Counters.Cancel();
            cancellationToken.ThrowIfCancellationRequested();
        }

        var flags = calls.FlagsOf(options);
        if ((flags & HybridCacheEntryFlags.DisableLocalCacheRead) != 0
            || !context.Local.TryFind(key, out var item) || item is not HybridItem<T> typed || !typed.TryGet(out value))
        {
            value = default!; // Not read: it is a miss.
            return false;
        }

        if ((flags & HybridCacheEntryFlags.DisableUnderlyingData) == 0)
        {
            context.Counters.Hit(0);
        }
        else
        {
            context.Counters.TryGet();
        }

        return true;
    }

    private ValueTask<T> MissAsync<TState, T>(
        string key,
        TState state,
        Func<TState, CancellationToken, ValueTask<T>> factory,
        HybridCacheEntryOptions? options,
        IEnumerable<string>? tags,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(factory);
        var mayLoad = (calls.FlagsOf(options) & HybridCacheEntryFlags.DisableUnderlyingData) == 0;
        if (Refuses(key))
        {
            return mayLoad ? LoadAsync(state, factory, cancellationToken) : NothingFound<T>();
        }

        var (node, type) = calls.Of<T>(key, options, tags);
        return mayLoad ? GetAsync(node, type, state, factory, cancellationToken) : LookAsync<T>(node, cancellationToken);
    }

    private async ValueTask<T> GetAsync<TState, T>(
        HybridNode node, HybridType<T> type, TState state, Func<TState, CancellationToken, ValueTask<T>> factory, CancellationToken cancellationToken)
    {
        var item = await _requests.GetAsync(
            node,
            async (_, load) => new(true, new HybridItem<T>(type, await factory(state, load.CancellationToken).ConfigureAwait(false), isTaken: true)),
            cancellationToken).ConfigureAwait(false);
        return Value<T>(item);
    }

    private async ValueTask<T> LookAsync<T>(HybridNode node, CancellationToken cancellationToken)
    {
        var lookup = await _requests.TryGetAsync(node, cancellationToken).ConfigureAwait(false);
        context.Counters.TryGet();
        return lookup.Found ? Value<T>(lookup.Value) : default!; // What there is of a value that is not there, by HybridCache's own contract.
    }

    private ValueTask<T> NothingFound<T>()
    {
        context.Counters.TryGet();
        return default;
    }

    // Around the cache: a page is not broken by its key.
    private async ValueTask<T> LoadAsync<TState, T>(
        TState state, Func<TState, CancellationToken, ValueTask<T>> factory, CancellationToken cancellationToken)
    {
        using var span = CachemeActivitySource.StartGet(context.Definition.Name);
        try
        {
            var value = await context.Loader.RunAsync(load => factory(state, load.CancellationToken), keys: 1, cancellationToken).ConfigureAwait(false);
            context.Counters.Miss();
            CachemeActivitySource.Answered(span, tier: null, load: null);
            return value;
        }
        catch (OperationCanceledException left) when (cancellationToken.IsCancellationRequested)
        {
            context.Counters.Cancel();
            CachemeActivitySource.Failed(span, left);
            throw;
        }
        catch (Exception error)
        {
            context.Counters.Miss();
            CachemeActivitySource.Failed(span, error);
            throw;
        }
    }

    private bool Refuses(string? key)
    {
        if (calls.FaultOf(key) is not { } fault)
        {
            return false;
        }

        Log.KeyRefused(logger, context.Definition.Name, fault);
        return true;
    }

    // Its flight is of this type, and what a flight brings has been made the caller's own.
    private static T Value<T>(HybridItem item) => ((HybridItem<T>)item).Value;
}
