using Cacheme.Nodes;

namespace Cacheme.Distributed;

/// <summary>Turns the arguments of a byte cache's members into what the pipeline works with. Immutable.</summary>
/// <param name="definition">The cache.</param>
internal sealed class ByteCalls(NodeDefinition definition)
{
    private readonly int _longestKey = definition.Keys.LongestKey;
    private readonly FaceTags _tags = new(definition.Owner);

    // In memory before a storage that others write to, a value stays no longer than the policy says, whatever a call says.
    private readonly TimeSpan? _longestInMemory = definition.RemoteTiers.Count == 0 ? null : definition.LocalTiers.Min(static tier => tier.TimeToLive);

    /// <summary>The node of a call that asks for a key, or removes it.</summary>
    public ByteNode Of(string key) => new(key, StorableText.Of(key, _longestKey));

    /// <summary>The node of a call that stores something.</summary>
    public ByteNode Of(string key, ByteLife life, IReadOnlyCollection<string> tags) => new(key, StorableText.Of(key, _longestKey))
    {
        Rules = life.IsSaid ? RulesOf(life.AtMost) : CallRules.None,
        Tags = tags.Count == 0 ? [] : TagsOf(tags),
    };

    /// <summary>Tags, apart from those of other caches.</summary>
    public string[] TagsOf(IReadOnlyCollection<string> tags) =>
        [.. tags.Select(_tags.Of).Distinct(StringComparer.Ordinal)];

    private CallRules RulesOf(TimeSpan atMost) =>
        new() { LocalTimeToLive = _longestInMemory < atMost ? _longestInMemory : atMost, RemoteTimeToLive = atMost };
}
