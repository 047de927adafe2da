using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Cacheme.AspNetCore.Handlers;

/// <summary>A response that knows whether something is to be done to it when it starts: most set headers then.</summary>
internal sealed class WatchedResponse(IHttpResponseFeature original) : IHttpResponseFeature
{
    public IHttpResponseFeature Original => original;

    public bool IsToBeChanged { get; private set; }

    public int StatusCode
    {
        get => original.StatusCode;
        set => original.StatusCode = value;
    }

    public string? ReasonPhrase
    {
        get => original.ReasonPhrase;
        set => original.ReasonPhrase = value;
    }

    public IHeaderDictionary Headers
    {
        get => original.Headers;
        set => original.Headers = value;
    }

    [Obsolete("The interface has it, and servers use it.")]
    public Stream Body
    {
        get => original.Body;
        set => original.Body = value;
    }

    public bool HasStarted => original.HasStarted;

    public void OnStarting(Func<object, Task> callback, object state)
    {
        IsToBeChanged = true;
        original.OnStarting(callback, state);
    }

    public void OnCompleted(Func<object, Task> callback, object state) => original.OnCompleted(callback, state);
}
