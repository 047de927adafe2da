using Cacheme.Nodes;

namespace Cacheme.Hybrid;

/// <summary>Which keys a cache takes, and how it calls them.</summary>
/// <param name="longest">The longest key, in characters.</param>
/// <param name="longestPlain">The longest key that storages take as it is, in bytes of UTF-8.</param>
internal sealed class HybridKeys(int longest, int longestPlain)
{
    private const char LastControl = '\u001F';

    /// <summary>Why a text is no key, as the end of a sentence; null where it is one.</summary>
    public string? FaultOf(string? text) =>
        string.IsNullOrWhiteSpace(text) ? "is blank"
        : text.Length > longest ? $"has more than {longest} characters"
        : text.AsSpan().ContainsAnyInRange('\0', LastControl) ? "has a control character"
        : null;

    /// <summary>The key between prefix and version.</summary>
    public string Of(string text) => StorableText.Of(text, longestPlain);
}
