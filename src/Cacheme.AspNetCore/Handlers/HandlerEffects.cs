using Cacheme.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace Cacheme.AspNetCore.Handlers;

/// <summary>What a handler does to its own request besides returning something: whatever it adds to the response, or asks of the session, would be missing in every hit.</summary>
internal sealed class HandlerEffects : IDisposable
{
    private readonly HttpContext _http;
    private readonly KeyValuePair<string, string>[] _headers;
    private readonly KeyValuePair<string, string>[] _trailers;
    private readonly WatchedResponse _response;
    private readonly WatchedSession? _session;

    private HandlerEffects(HttpContext http)
    {
        _http = http;
        _headers = Read(http.Response.Headers);
        _trailers = Read(TrailersOf(http));
        _response = new WatchedResponse(http.Features.GetRequiredFeature<IHttpResponseFeature>());
        http.Features.Set<IHttpResponseFeature>(_response);
        if (http.Features.Get<ISessionFeature>() is { Session: { } session } sessions)
        {
            sessions.Session = _session = new WatchedSession(session);
        }
    }

    /// <summary>Watches a request until it is disposed.</summary>
    public static HandlerEffects Watch(HttpContext http) => new(http);

    /// <summary>Whether the handler's answer may be given to others.</summary>
    public bool MayStore()
    {
        var reason = _http.Response is not { HasStarted: false, StatusCode: StatusCodes.Status200OK } ? "response"
            : ChangesHeaders() ? "headers"
            : _session?.IsUsed == true || _http.Items.ContainsKey(typeof(ITempDataDictionary)) ? "session"
            : null;
        if (reason is not null)
        {
            CacheStatus.Note(_http, reason);
        }

        return reason is null;
    }

    public void Dispose()
    {
        _http.Features.Set(_response.Original);
        if (_session is not null && _http.Features.Get<ISessionFeature>() is { } sessions)
        {
            sessions.Session = _session.Original;
        }
    }

    private bool ChangesHeaders() =>
        _response.IsToBeChanged || Differ(_http.Response.Headers, _headers) || Differ(TrailersOf(_http), _trailers);

    // HTTP/1.1 has none.
    private static IHeaderDictionary? TrailersOf(HttpContext http) => http.Features.Get<IHttpResponseTrailersFeature>()?.Trailers;

    private static KeyValuePair<string, string>[] Read(IHeaderDictionary? headers) =>
        headers is null ? [] : [.. headers.Select(static header => KeyValuePair.Create(header.Key, header.Value.ToString()))];

    private static bool Differ(IHeaderDictionary? headers, KeyValuePair<string, string>[] before) =>
        headers is not null && (headers.Count != before.Length || !Array.TrueForAll(before, header => headers[header.Key] == header.Value));
}
