using System.Text;

namespace Cacheme.Nodes;

/// <summary>Makes a node's full key: <c>{prefix}:{key}:{version}</c>. Immutable.</summary>
internal sealed class KeyFormat(string node, string prefix, string version, int maxBytes)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly string _before = prefix + ":";
    private readonly string _after = ":" + version;

    /// <summary>The bytes of UTF-8 that are left for a key.</summary>
    public int LongestKey => maxBytes - Strict.GetByteCount(_before) - Strict.GetByteCount(_after);

    /// <summary>Writes the full key if it fits. Nothing is checked: a key that is not allowed is found nowhere.</summary>
    public bool TryFormat(scoped ReadOnlySpan<char> key, Span<char> destination, out int written)
    {
        written = _before.Length + key.Length + _after.Length;
        if (written > destination.Length)
        {
            return false;
        }

        _before.CopyTo(destination);
        key.CopyTo(destination[_before.Length..]);
        _after.CopyTo(destination[(_before.Length + key.Length)..]);
        return true;
    }

    /// <summary>The full key as a string.</summary>
    /// <exception cref="ArgumentException">The key is empty, too long, or has a lone surrogate.</exception>
    public string Format(scoped ReadOnlySpan<char> key)
    {
        if (key.IsEmpty)
        {
            throw new ArgumentException($"The key of a node '{node}' is empty.", nameof(key));
        }

        var full = string.Concat(_before, key, _after);
        int bytes;
        try
        {
            bytes = Strict.GetByteCount(full);
        }
        catch (EncoderFallbackException error)
        {
            throw new ArgumentException($"The key of a node '{node}' has half of a surrogate pair, which has no form of its own in UTF-8.", nameof(key), error);
        }

        return bytes <= maxBytes ? full : throw new ArgumentException(
            $"A key of node '{node}' has {bytes} bytes with its prefix and version; the limit is {maxBytes}. Shorten the key, or raise MaxKeyLength.", nameof(key));
    }
}
