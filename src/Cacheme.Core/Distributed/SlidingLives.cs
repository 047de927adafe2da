using Cacheme.Pipeline;

namespace Cacheme.Distributed;

/// <summary>Tells the remote tiers of uses of what slides: when there is something to gain by it, or each read would be a write.</summary>
/// <remarks>Thread-safe. Of uses at the very same time more than one may be told, which harms nothing.</remarks>
/// <param name="context">The cache.</param>
internal sealed class SlidingLives(NodeContext<ByteNode, ByteItem> context)
{
    // Sessions of a large site within a minute; some megabytes at the worst.
    private const int MostKeys = 50_000;

    private readonly Lifetimes<ByteNode, ByteItem> _lifetimes = new(context);
    private readonly RecentSlides _recent = new(MostKeys, context.Clock);
    private readonly bool _hasTiers = context.Definition.RemoteTiers.Count > 0;

    /// <summary>Whether the remote tiers may have to be told of a use.</summary>
    public bool IsDue(ByteItem item) => _hasTiers && item.Sliding is not null && context.Clock.Now >= item.ToldAgainAt;

    /// <summary>Notes that the remote tiers have just got the item.</summary>
    public void Stored(ByteNode node, ByteItem item)
    {
        if (_hasTiers && item.Sliding is { } span)
        {
            Note(node, item, new Slide(span, context.Clock.Now, context.Clock.Now));
        }
        else
        {
            Removed(node);
        }
    }

    /// <summary>Notes that nothing is known of a key any more.</summary>
    public void Removed(ByteNode node) => _recent.Forget(node.Key);

    /// <summary>Tells the remote tiers of a use if that is due. Ends when they know it; never fails.</summary>
    public Task UseAsync(ByteNode node, ByteItem item)
    {
        if (!IsDue(item))
        {
            return Task.CompletedTask;
        }

        var now = context.Clock.Now;
        var span = item.Sliding!.Value; // Not null: it is due.
        if (_recent.TryGet(node.Key, out var slide) && now < slide.ToldAt + Slide.PauseOf(span))
        {
            Note(node, item, new Slide(span, slide.ToldAt, now));
            return Task.CompletedTask;
        }

        return TellAsync(node, item, new Slide(span, now, now));
    }

    /// <summary>Uses a key without asking for it. False where too little is known of it.</summary>
    public bool TryUse(ByteNode node) => _hasTiers && _recent.TryGet(node.Key, out var slide) && slide.CoversUse(context.Clock.Now);

    private async Task TellAsync(ByteNode node, ByteItem item, Slide slide)
    {
        Note(node, item, slide);
        var life = ByteLife.IdleLife(slide.Span);
        var left = item.EndsAt is { } end ? TimeSpan.FromMilliseconds(end - context.Clock.UnixNow) : life;
        if (left > TimeSpan.Zero && !await _lifetimes.ProlongAsync(node, left < life ? left : life).ConfigureAwait(false))
        {
            // The next use tries again.
            _recent.Forget(node.Key);
            item.ToldAgainAt = 0;
        }
    }

    private void Note(ByteNode node, ByteItem item, Slide slide)
    {
        _recent.Note(node.Key, slide);
        item.ToldAgainAt = slide.DueAt;
    }
}
