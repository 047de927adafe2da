using Cacheme.Nodes;

namespace Cacheme.Hybrid;

/// <summary>One call of a cache: its key, and what it asks for.</summary>
/// <param name="text">The caller's key.</param>
/// <param name="key">The key as storages see it, between prefix and version.</param>
internal sealed class HybridNode(string text, string key)
{
    public string Text => text;

    public string Key => key;

    /// <summary>The type it asks for; null where it asks for none, as a removal.</summary>
    public HybridType? Type { get; init; }

    public CallRules Rules { get; init; } = CallRules.None;

    /// <summary>The tags of what it stores.</summary>
    public string[] Tags { get; init; } = [];
}
