using Cacheme.Nodes;
using Cacheme.Pipeline;

namespace Cacheme.Hybrid;

/// <summary>A type that a cache was asked for.</summary>
/// <param name="codec">The form of its entries in remote tiers.</param>
/// <param name="rules">What a call asks for that gives no options.</param>
internal abstract class HybridType(EntryCodec<HybridItem> codec, CallRules rules)
{
    public CallRules Rules => rules;

    public EntryCodec<HybridItem> Codec => codec;

    /// <summary>Makes the item the caller's own. False when it is of another type, or cannot be read.</summary>
    public abstract bool TryOwn(ref HybridItem item);
}
