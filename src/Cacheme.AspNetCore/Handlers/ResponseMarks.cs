using Cacheme.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore.Handlers;

/// <summary>What a response says before its handler runs: whatever the handler adds belongs to its own request only, and would be missing in every hit.</summary>
internal readonly struct ResponseMarks
{
    private readonly KeyValuePair<string, string>[] _headers;

    private ResponseMarks(KeyValuePair<string, string>[] headers) => _headers = headers;

    public static ResponseMarks Of(HttpResponse response) =>
        new([.. response.Headers.Select(static header => KeyValuePair.Create(header.Key, header.Value.ToString()))]);

    /// <summary>Whether the handler's answer may be given to others.</summary>
    public bool MayStore(HttpContext http)
    {
        if (http.Response is not { HasStarted: false, StatusCode: StatusCodes.Status200OK })
        {
            CacheStatus.Note(http, "response");
            return false;
        }

        if (http.Response.Headers.Count == _headers.Length && Array.TrueForAll(_headers, header => http.Response.Headers[header.Key] == header.Value))
        {
            return true;
        }

        CacheStatus.Note(http, "headers");
        return false;
    }
}
