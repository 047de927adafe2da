using System.Buffers;
using System.Security.Cryptography;

namespace Cacheme.Storage;

/// <summary>The names of our keys in somebody else's cache, which may compare them more loosely than we do.</summary>
/// <remarks>
/// A cache may ignore case, accents, width and trailing spaces, refuse some characters, and end at 250 or 449 characters. What
/// no cache takes for something else goes as it is, so that people can read it; everything else goes as a hash. A key that
/// looks like a hash is hashed too, so the two kinds never meet.
/// </remarks>
internal static class DistributedCacheKey
{
    // The shortest limit among the known ones is 250, and a provider may put a text of its own in front.
    private const int LongestPlain = 200;
    private const string HashPrefix = "sha256-";

    private static readonly SearchValues<char> PlainCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789:-_.");

    public static string Of(string key) =>
        IsPlain(key) ? key : HashPrefix + Convert.ToHexStringLower(SHA256.HashData(EntryFormat.StrictUtf8.GetBytes(key)));

    private static bool IsPlain(string key) =>
        key.Length is > 0 and <= LongestPlain
        && !key.AsSpan().ContainsAnyExcept(PlainCharacters)
        && !key.StartsWith(HashPrefix, StringComparison.Ordinal);
}
