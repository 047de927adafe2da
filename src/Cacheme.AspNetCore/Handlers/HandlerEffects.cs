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
    private readonly int _trailers;
    private readonly WatchedResponse _response;
    private readonly WatchedSession? _session;

    private HandlerEffects(HttpContext http)
    {
        _http = http;
        _headers = [.. http.Response.Headers.Select(static header => KeyValuePair.Create(header.Key, header.Value.ToString()))];
        _trailers = CountTrailers();
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
        _response.IsToBeChanged
        || CountTrailers() != _trailers
        || _http.Response.Headers.Count != _headers.Length
        || !Array.TrueForAll(_headers, header => _http.Response.Headers[header.Key] == header.Value);

    private int CountTrailers() => _http.Features.Get<IHttpResponseTrailersFeature>()?.Trailers.Count ?? 0;
}
