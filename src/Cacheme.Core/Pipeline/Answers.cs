using Cacheme.Local;

namespace Cacheme.Pipeline;

/// <summary>Tells of a value where it comes from and how long it stays.</summary>
internal sealed class Answers<TNode, TValue>(NodeContext<TNode, TValue> context)
    where TNode : notnull
{
    /// <summary>Gets the value where a local tier has it, without counting.</summary>
    /// <returns>The tier; -1 for none.</returns>
    public int Find(TNode node, out CacheAnswer<TValue> answer)
    {
        var tier = context.Local.Find(node, out var entry, out var value, out var copy);
        if (tier < 0 || entry is null || (copy is not null && !context.Values.TryRead(node, ref value, copy)))
        {
            answer = default;
            return -1;
        }

        answer = new CacheAnswer<TValue>(new(true, value), entry)
        {
            Storage = context.Definition.LocalTiers[tier].Storage.Name,
            LoadedAt = DateTimeOffset.FromUnixTimeSeconds(entry.LoadedAt),
            TimeToLive = LeftOf(entry),
            IsStored = true,
        };
        return tier;
    }

    /// <summary>What a flight brought, as its caller gets it.</summary>
    public CacheAnswer<TValue> Of(CacheLookup<TValue> lookup, FlightResult<TValue> result, bool isCollapsed) => new(lookup, null)
    {
        Storage = StorageOf(result.Tier),
        IsCollapsed = isCollapsed,
        LoadedAt = lookup.Found && result.StartedAt > 0 ? DateTimeOffset.FromUnixTimeMilliseconds(result.StartedAt) : null,
        TimeToLive = result.IsStored ? LeftOf(result) : null,
        IsStored = result.IsStored,
    };

    /// <summary>The name of a tier's storage; null for none.</summary>
    public string? StorageOf(int tier)
    {
        var locals = context.Definition.LocalTiers;
        return tier < 0 ? null
            : tier < locals.Count ? locals[tier].Storage.Name
            : context.Definition.RemoteTiers[tier - locals.Count].Storage.Name;
    }

    private TimeSpan? LeftOf(LocalEntry entry) =>
        entry.ExpiresAt == long.MaxValue ? null : TimeSpan.FromMilliseconds(Math.Max(0, entry.ExpiresAt - context.Clock.Now));

    private TimeSpan? LeftOf(FlightResult<TValue> result)
    {
        var left = result.EndsAt is { } end ? TimeSpan.FromMilliseconds(Math.Max(0, end - context.Clock.UnixNow)) : default(TimeSpan?);
        return context.Definition.NearestTimeToLive(result.Lookup.Value is null) is { } nearest && (left is null || nearest < left) ? nearest : left;
    }
}
