using Cacheme.AspNetCore.Binding;
using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore.Handlers;

/// <summary>A handler with its arguments bound, about to be run for one request.</summary>
internal abstract class HandlerCall(HttpContext http)
{
    public HttpContext Http => http;

    /// <summary>Whether the framework took the arguments for good; else they are defaults that the request did not ask for.</summary>
    public virtual bool IsBound => true;

    /// <summary>The argument of a parameter, or of the one that it is a member of.</summary>
    public abstract object? Argument(HandlerParameter parameter);

    public abstract void SetArgument(HandlerParameter parameter, object? argument);

    /// <summary>Runs the handler.</summary>
    /// <returns>What it returned.</returns>
    public abstract ValueTask<object?> RunAsync();
}
