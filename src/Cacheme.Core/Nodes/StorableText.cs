using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Cacheme.Nodes;

/// <summary>A text of the caller's as a storage takes it: as it is, or as a hash.</summary>
/// <remarks>
/// The faces of .NET accept what a storage cannot: keys that are empty or too long, and halves of surrogate pairs, which have
/// no form of their own in UTF-8. A text that looks like a hash is hashed too, so the two kinds never meet.
/// </remarks>
internal static class StorableText
{
    /// <summary>The length of a hashed text, in bytes of UTF-8.</summary>
    public const int HashedLength = 7 + 64;

    private const string HashPrefix = "sha256:";
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static string Of(string text, int longest) => IsPlain(text, longest) ? text : Hash(text);

    private static bool IsPlain(string text, int longest)
    {
        if (text.Length == 0 || text.StartsWith(HashPrefix, StringComparison.Ordinal))
        {
            return false;
        }

        try
        {
            return Strict.GetByteCount(text) <= longest;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }

    // Of the characters, not of their UTF-8: halves of surrogate pairs stay different.
    private static string Hash(string text) => HashPrefix + Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(text.AsSpan())));
}
