using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore.Responses;

/// <summary>Says in the header <c>Cache-Status</c> (RFC 9211) what the cache did for a request. Never the key.</summary>
internal static class CacheStatus
{
    /// <summary>The header's name.</summary>
    public const string Header = "Cache-Status";

    private const string Cache = "Cacheme";
    private static readonly object Noted = new();

    /// <summary>Remembers why the answer of this request is not for others, until the header is written.</summary>
    public static void Note(HttpContext http, string detail) => http.Items[Noted] = detail;

    /// <summary>The cache did not look: forwarded because of the method, what the request asks for, or something else.</summary>
    public static void Bypass(HttpContext http, Bypass reason) => Append(http, $"{Cache}; fwd={reason.Forward}{DetailOf(reason.Detail)}");

    /// <summary>The handler has answered, for this request or another one.</summary>
    public static void Miss(HttpContext http, bool isStored, bool isCollapsed, TimeSpan? left)
    {
        var detail = isStored ? null : http.Items[Noted] as string;
        Append(http, $"{Cache}; fwd=miss{(isStored ? "; stored" : "")}{(isCollapsed ? "; collapsed" : "")}{LeftOf(left)}{DetailOf(detail)}");
    }

    /// <summary>A storage has answered.</summary>
    public static string Hit(string storage, TimeSpan? left) => $"{Cache}; hit{LeftOf(left)}{DetailOf(storage)}";

    public static void Append(HttpContext http, string value) => http.Response.Headers.Append(Header, value);

    private static string LeftOf(TimeSpan? left) =>
        left is { } span ? string.Create(CultureInfo.InvariantCulture, $"; ttl={(long)span.TotalSeconds}") : "";

    private static string DetailOf(string? detail) =>
        string.IsNullOrEmpty(detail) ? "" : IsToken(detail) ? $"; detail={detail}" : $"; detail=\"{Quoted(detail)}\"";

    // RFC 8941: a token begins with a letter; anything else that is ASCII goes between quotes.
    private static bool IsToken(string text) => char.IsAsciiLetter(text[0]) && text.All(static c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~:/".Contains(c, StringComparison.Ordinal));

    private static string Quoted(string text) => string.Concat(text.Where(static c => c is >= ' ' and <= '~').Select(static c => c is '"' or '\\' ? $"\\{c}" : $"{c}"));
}
