using Cacheme.Invalidation;
using Cacheme.Local;
using Cacheme.Nodes;
using Cacheme.Telemetry;
using Microsoft.Extensions.Logging;

namespace Cacheme.Pipeline;

/// <summary>The local end of a node's chain: found by the node or by its key, filled and emptied together.</summary>
/// <param name="definition">The node.</param>
/// <param name="shape">How its key is called.</param>
/// <param name="values">What is kept of a value.</param>
/// <param name="texts">Its aliases by text; null where entries are found by the node.</param>
/// <param name="exclusively">Runs an action for a key while nothing of the key is stored or removed.</param>
/// <param name="clock">The time.</param>
/// <param name="logger">Where warnings go.</param>
internal sealed class LocalTiers<TNode, TValue>(
    NodeDefinition definition,
    NodeShape<TNode, TValue> shape,
    NodeValues<TNode, TValue> values,
    TextAliases<TNode, TValue>? texts,
    Action<string, Action> exclusively,
    CacheClock clock,
    ILogger logger)
    where TNode : notnull
{
    private const int LongestOnStack = 512;

    private readonly LocalTier[] _tiers = [.. definition.LocalTiers];
    private readonly RemovedTags _removedTags = definition.RemovedTags;
    private readonly AliasMap<TNode, TValue>? _aliases =
        definition.LocalTiers.Count > 0 && FaithfulNodes.Includes(definition.NodeType) ? new() : null;

    private int _sharedKeyLogged;

    private IEntryAliases<TNode, TValue>? EntryAliases => texts is null ? _aliases : texts;

    /// <summary>Finds the value without a string. The hot path.</summary>
    /// <param name="node">The node.</param>
    /// <param name="value">The value.</param>
    /// <param name="copy">Its serialized form where the node hands out copies.</param>
    /// <returns>The tier; -1 for none.</returns>
    public int Find(TNode node, out TValue value, out ReadOnlyMemory<byte>? copy)
    {
        if (_aliases is not null && _aliases.TryGet(node, out var entry) && TryUse(entry, out value, out copy))
        {
            return 0;
        }

        return FindByKey(node, out _, out value, out copy);
    }

    /// <summary>The same with the entry itself, for those who want to know more of it.</summary>
    public int Find(TNode node, out LocalEntry<TValue>? found, out TValue value, out ReadOnlyMemory<byte>? copy)
    {
        if (_aliases is not null && _aliases.TryGet(node, out var entry) && TryUse(entry, out value, out copy))
        {
            found = entry;
            return 0;
        }

        return FindByKey(node, out found, out value, out copy);
    }

    /// <summary>Finds the value in the nearest tier by a text of the caller's, without a string. The hot path of those who have texts.</summary>
    /// <param name="text">The text.</param>
    /// <param name="value">The value.</param>
    public bool TryFind(ReadOnlySpan<char> text, out TValue value)
    {
        if (texts is not null && texts.TryGet(text, out var entry) && TryUse(entry, out value, out _))
        {
            return true;
        }

        value = default!; // Not read: it is not there.
        return false;
    }

    /// <summary>Finds the entry by its full key, and brings it into the tiers before the one that has it.</summary>
    /// <param name="node">The node.</param>
    /// <param name="key">Its full key.</param>
    /// <param name="found">The entry.</param>
    /// <param name="value">The value.</param>
    /// <param name="copy">Its serialized form where the node hands out copies.</param>
    /// <returns>The tier; -1 for none.</returns>
    public int Find(TNode node, scoped ReadOnlySpan<char> key, out LocalEntry<TValue>? found, out TValue value, out ReadOnlyMemory<byte>? copy)
    {
        for (var tier = 0; tier < _tiers.Length; tier++)
        {
            if (_tiers[tier].Storage.Find(key) is not { } entry)
            {
                continue;
            }

            if (entry.Owner != definition)
            {
                WarnOnce((NodeDefinition)entry.Owner);
            }
            else if (entry.Tags is { } removed && !_removedTags.IsGood(removed))
            {
                _tiers[tier].Storage.RemoveOnly(entry, EvictionReason.Invalidated);
            }
            else if ((found = entry as LocalEntry<TValue>) is not null && found.TryRead(out value, out copy))
            {
                Promote(node, found, value, copy, tier);
                return tier;
            }
        }

        found = null;
        value = default!; // Not read: there is no tier.
        copy = null;
        return -1;
    }

    /// <summary>Puts the value into the tiers before <paramref name="before"/>.</summary>
    /// <param name="node">The node.</param>
    /// <param name="key">Its full key.</param>
    /// <param name="value">The value.</param>
    /// <param name="timeToLive">How long it may stay; null for each tier's own time.</param>
    /// <param name="before">The tier the value comes from.</param>
    public void Put(TNode node, string key, LocalValue<TValue> value, TimeSpan? timeToLive, int before)
    {
        for (var tier = Math.Min(before, _tiers.Length) - 1; tier >= 0; tier--)
        {
            // Only the nearest tier is found by the node.
            var entry = new NodeEntry<TNode, TValue>(
                node, value.Copy is null ? values.Keep(value.Value) : default!, value.Copy, tier == 0 ? EntryAliases : null)
            {
                Key = key,
                Owner = definition,
                Tags = value.Tags,
                LoadedAt = value.LoadedAt,
                ExpiresAt = Math.Min(value.ExpiresAt, clock.After(definition.TimeToLive(timeToLive ?? _tiers[tier].TimeToLive, value.Value is null))),
            };
            _tiers[tier].Storage.Put(entry);
            entry.AddAlias();
        }
    }

    /// <summary>The keys of the node's entries. Costs a walk over all that the tiers hold.</summary>
    public IEnumerable<string> Keys => _tiers.SelectMany(tier => tier.Storage.KeysOf(definition));

    /// <summary>Removes the key from every tier.</summary>
    public void Remove(string key, EvictionReason reason)
    {
        for (var tier = _tiers.Length - 1; tier >= 0; tier--)
        {
            _tiers[tier].Storage.Remove(key, reason);
        }
    }

    private bool TryUse(NodeEntry<TNode, TValue> entry, out TValue value, out ReadOnlyMemory<byte>? copy)
    {
        if (clock.Now < entry.ExpiresAt && entry.TryRead(out value, out copy) && (entry.Tags is not { } tags || _removedTags.IsGood(tags)))
        {
            entry.Use();
            return true;
        }

        value = default!; // Not read: it is not there.
        copy = null;
        return false;
    }

    private int FindByKey(TNode node, out LocalEntry<TValue>? found, out TValue value, out ReadOnlyMemory<byte>? copy)
    {
        if (_tiers.Length == 0)
        {
            found = null;
            value = default!; // Not read: there is no tier.
            copy = null;
            return -1;
        }

        var key = shape.KeyOf(node);
        try
        {
            Span<char> buffer = stackalloc char[LongestOnStack];
            return definition.Keys.TryFormat(key.Text, buffer, out var written)
                ? Find(node, buffer[..written], out found, out value, out copy)
                : Find(node, definition.Keys.Format(key.Text), out found, out value, out copy);
        }
        finally
        {
            key.Release();
        }
    }

    private void Promote(TNode node, LocalEntry<TValue> source, TValue value, ReadOnlyMemory<byte>? copy, int tier)
    {
        if (tier == 0)
        {
            return;
        }

        exclusively(source.Key, () =>
        {
            // It may have been removed or replaced since it was found; then the nearer tiers must not get it, not even for a moment.
            if (!source.IsDead)
            {
                Put(node, source.Key, new LocalValue<TValue>(value, copy, source.LoadedAt, source.ExpiresAt, source.Tags), null, tier);
            }
        });
    }

    private void WarnOnce(NodeDefinition other)
    {
        if (Interlocked.Exchange(ref _sharedKeyLogged, 1) == 0)
        {
            Log.SharedKey(logger, definition.Name, other.Name);
        }
    }
}
