using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore.Responses;

/// <summary>What the framework has written for a value. Immutable.</summary>
/// <param name="Bytes">The bytes.</param>
/// <param name="ContentType">Their media type.</param>
/// <param name="ETag">A weak entity tag: 128 bits of the bytes' SHA-256, so that it is the same on every machine.</param>
internal sealed record Body(ReadOnlyMemory<byte> Bytes, string? ContentType, string ETag)
{
    private const int TagBytes = 16;

    public static Body Of(ReadOnlyMemory<byte> bytes, string? contentType)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes.Span, hash);
        return new Body(bytes, contentType, $"W/\"{Convert.ToHexStringLower(hash[..TagBytes])}\"");
    }

    /// <summary>Whether the client has it already.</summary>
    public bool IsKnownTo(HttpRequest request)
    {
        var known = request.Headers.IfNoneMatch;
        return known.Count > 0 && (known is [{ } only] && only == ETag || request.GetTypedHeaders().IfNoneMatch.Any(tag => tag.Tag == "*" || tag.Tag.AsSpan().SequenceEqual(ETag.AsSpan(2))));
    }
}
