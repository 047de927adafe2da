using Cacheme.AspNetCore.Handlers;
using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore.Binding;

/// <summary>Reads one parameter of a node from a request.</summary>
internal abstract class NodeSource
{
    /// <summary>The source in words.</summary>
    public abstract string Description { get; }

    /// <summary>Whether it reads the same before the handler's arguments are bound.</summary>
    public virtual bool ReadsRequests => true;

    /// <summary>A header that changes what it reads; null for none.</summary>
    public virtual string? Header => null;

    /// <summary>Reads it; false when this request has no value that the node takes, and is not to be cached.</summary>
    /// <param name="http">The request.</param>
    /// <param name="call">The handler with its arguments; null before they are bound.</param>
    /// <param name="value">The value.</param>
    public abstract bool TryRead(HttpContext http, HandlerCall? call, out object? value);
}
