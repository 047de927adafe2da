using System.Text;

namespace Cacheme.Nodes;

/// <summary>What a tag may be.</summary>
internal static class Tag
{
    /// <summary>The most tags of one value.</summary>
    public const int MostOfOne = 128;

    /// <summary>The longest tag, in bytes of UTF-8.</summary>
    public const int Longest = 256;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Why a text is no tag, as the end of a sentence; null where it is one.</summary>
    public static string? FaultOf(string? tag)
    {
        if (string.IsNullOrWhiteSpace(tag))
        {
            return "is blank: give it a name.";
        }

        if (tag == "*")
        {
            return "is '*', which is kept for all of them: give it another name.";
        }

        try
        {
            return Strict.GetByteCount(tag) > Longest ? $"is longer than {Longest} bytes of UTF-8: shorten it." : null;
        }
        catch (EncoderFallbackException)
        {
            return "has half of a surrogate pair, which has no form of its own in UTF-8: leave it out.";
        }
    }
}
