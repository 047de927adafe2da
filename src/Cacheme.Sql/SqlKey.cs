using System.Text;

namespace Cacheme.Sql;

/// <summary>Keys as every SQL storage keeps them: the bytes of their UTF-8, which no collation touches.</summary>
public static class SqlKey
{
    // Two broken strings must not become one key: a lone surrogate throws instead of turning into U+FFFD.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The key's bytes.</summary>
    /// <param name="key">The key.</param>
    /// <exception cref="EncoderFallbackException">The key has half of a surrogate pair.</exception>
    public static byte[] Encode(string key) => Utf8.GetBytes(key);
}
