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
            Note(node, item, new Slide(span, item.EndsAt, context.Clock.Now));
        }
        else
        {
            _recent.Forget(node.Key);
        }
    }

    /// <summary>Tells the remote tiers of a use if that is due. Ends when they know it; never fails.</summary>
    public Task UseAsync(ByteNode node, ByteItem item)
    {
        if (!IsDue(item))
        {
            return Task.CompletedTask;
        }

        var now = context.Clock.Now;
        if (_recent.TryGet(node.Key, out var slide) && now < slide.ToldAt + Pause(item))
        {
            item.ToldAgainAt = slide.ToldAt + Pause(item);
            return Task.CompletedTask;
        }

        return TellAsync(node, item, new Slide(item.Sliding!.Value, item.EndsAt, now)); // Not null: it is due.
    }

    /// <summary>Uses a key without its bytes where enough is known of it. False where it must be asked for.</summary>
    public async ValueTask<bool> TryUseAsync(ByteNode node)
    {
        if (!_hasTiers || !_recent.TryGet(node.Key, out var slide))
        {
            return false;
        }

        if (context.Clock.Now >= slide.DueAt)
        {
            await TellAsync(node, null, slide with { ToldAt = context.Clock.Now }).ConfigureAwait(false);
        }

        return true;
    }

    private static long Pause(ByteItem item) => new Slide(item.Sliding!.Value, null, 0).DueAt; // Not null: asked of what slides.

    private async Task TellAsync(ByteNode node, ByteItem? item, Slide slide)
    {
        Note(node, item, slide);
        var life = ByteLife.IdleLife(slide.Span);
        var left = slide.EndsAt is { } end ? TimeSpan.FromMilliseconds(end - context.Clock.UnixNow) : life;
        if (left > TimeSpan.Zero && !await _lifetimes.ProlongAsync(node, left < life ? left : life).ConfigureAwait(false))
        {
            // The next use tries again.
            _recent.Forget(node.Key);
            item?.ToldAgainAt = 0;
        }
    }

    private void Note(ByteNode node, ByteItem? item, Slide slide)
    {
        _recent.Note(node.Key, slide);
        item?.ToldAgainAt = slide.DueAt;
    }
}
