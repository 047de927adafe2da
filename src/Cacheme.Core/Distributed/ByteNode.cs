using Cacheme.Nodes;

namespace Cacheme.Distributed;

/// <summary>One call of a byte cache: its key, and what it asks for.</summary>
/// <param name="text">The caller's key.</param>
/// <param name="key">The key as storages see it, between prefix and version.</param>
internal sealed class ByteNode(string text, string key)
{
    public string Text => text;

    public string Key => key;

    public CallRules Rules { get; init; } = CallRules.None;

    /// <summary>The tags of what it stores.</summary>
    public string[] Tags { get; init; } = [];
}
