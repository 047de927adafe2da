using Cacheme.Invalidation;
using Cacheme.Pipeline;

namespace Cacheme.Distributed;

/// <summary>Bytes under keys, over a chain of storages: what IDistributedCache and the like stand on. Thread-safe.</summary>
/// <remarks>
/// Bytes are kept and handed out by reference: who gives some does not change them any more, and who gets some never does.
/// A get is a request, counted as a hit of the tier that has it or as a miss; it loads nothing, and nobody joins it, so what
/// another process has stored before it is found.
/// </remarks>
/// <param name="context">What its steps work with.</param>
/// <param name="tagInvalidations">Removes tags.</param>
/// <param name="longest">The most bytes of one value.</param>
internal sealed class ByteCache(NodeContext<ByteNode, ByteItem> context, TagInvalidations tagInvalidations, int longest)
{
    private readonly Requests<ByteNode, ByteItem> _requests = new(context);
    private readonly Changes<ByteNode, ByteItem> _changes = new(context);
    private readonly SlidingLives _lives = new(context);
    private readonly ByteCalls _calls = new(context.Definition);

    /// <summary>What its steps work with.</summary>
    internal NodeContext<ByteNode, ByteItem> Context => context;

    /// <summary>The time on the wall.</summary>
    public DateTimeOffset UtcNow => context.Clock.Time.GetUtcNow();

    /// <summary>Gets the bytes where the nearest memory has them. A miss is not counted: <see cref="GetAsync"/> comes after it.</summary>
    public bool TryHit(ReadOnlySpan<char> key, out ReadOnlyMemory<byte> bytes)
    {
        if (context.Local.TryFind(key, out var item) && item.TryUse(context.Clock.Now))
        {
            context.Counters.Hit(0);
            Use(key, item);
            bytes = item.Bytes;
            return true;
        }

        bytes = default;
        return false;
    }

    /// <summary>Gets the bytes from the first tier that has them. A storage that is down has none.</summary>
    public async ValueTask<CacheLookup<ReadOnlyMemory<byte>>> GetAsync(string key, CancellationToken cancellationToken)
    {
        var node = _calls.Of(key);
        var found = await _requests.FindAsync(node, cancellationToken).ConfigureAwait(false);
        if (!found.Found)
        {
            return CacheLookup<ReadOnlyMemory<byte>>.None;
        }

        await _lives.UseAsync(node, found.Value).WaitAsync(cancellationToken).ConfigureAwait(false);
        return new(true, found.Value.Bytes);
    }

    /// <summary>Puts bytes into every tier.</summary>
    /// <param name="key">The key; any text.</param>
    /// <param name="bytes">The bytes. Nobody changes them any more.</param>
    /// <param name="life">How long they live; the policy's times where it says nothing.</param>
    /// <param name="tags">The tags, where the cache has any: no blank ones.</param>
    /// <param name="cancellationToken">Stops waiting; the bytes are stored all the same.</param>
    /// <exception cref="ArgumentException">There are too many bytes.</exception>
    /// <exception cref="CacheWriteException">A storage was not reached.</exception>
    public async ValueTask SetAsync(string key, ReadOnlyMemory<byte> bytes, ByteLife life, IReadOnlyCollection<string> tags, CancellationToken cancellationToken)
    {
        if (bytes.Length > longest)
        {
            throw new ArgumentException($"The value has {bytes.Length} bytes, and the cache '{context.Definition.Name}' takes {longest}: raise MaxPayload in its policy.", nameof(bytes));
        }

        var endsAt = life is { TimeToLive: not null, Sliding: not null } ? context.Clock.UnixNow + (long)Math.Ceiling(life.AtMost.TotalMilliseconds) : default(long?);
        var item = new ByteItem(bytes, life.Sliding, endsAt, context.Clock.Now);
        var node = _calls.Of(key, life, tags);
        var failures = await _changes.SetAsync(node, item, cancellationToken).ConfigureAwait(false);
        _lives.Stored(node, item);
        if (failures.Count > 0)
        {
            throw new CacheWriteException([.. failures.Select(static failure => failure.Storage)], failures[0].Error);
        }
    }

    /// <summary>Uses a key, so that it stays where it slides. It is counted as a refresh.</summary>
    public async ValueTask RefreshAsync(string key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var node = _calls.Of(key);
        if (context.Local.TryFind(key, out var item) && item.TryUse(context.Clock.Now))
        {
            await _lives.UseAsync(node, item).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        else if (!_lives.TryUse(node)
            && (await _requests.TryGetAsync(node, cancellationToken).ConfigureAwait(false)).TryGetValue(out item))
        {
            await _lives.UseAsync(node, item).WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        context.Counters.Refresh();
    }

    // Behind the caller's back: a hit in memory waits for nothing. The guard of each storage owns it, and lets no exception out.
    private void Use(ReadOnlySpan<char> key, ByteItem item)
    {
        if (_lives.IsDue(item))
        {
            _ = _lives.UseAsync(_calls.Of(key.ToString()), item);
        }
    }

    /// <summary>Removes a key from every tier.</summary>
    /// <exception cref="InvalidationException">A storage was not reached.</exception>
    public async ValueTask RemoveAsync(string key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var node = _calls.Of(key);
        _lives.Removed(node);
        await _changes.InvalidateAsync([node], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes whatever has one of the tags, where the cache has tags.</summary>
    /// <exception cref="InvalidationException">A storage was not reached.</exception>
    public async ValueTask RemoveByTagAsync(IReadOnlyCollection<string> tags, CancellationToken cancellationToken)
    {
        var failures = await tagInvalidations.InvalidateAsync(_calls.TagsOf(tags), context.Definition.Bus).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (failures.Count > 0)
        {
            throw new InvalidationException([.. failures.Select(static failure => failure.Storage)], failures[0].Error);
        }
    }
}
