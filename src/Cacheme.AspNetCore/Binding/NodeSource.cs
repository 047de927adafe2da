using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore.Binding;

/// <summary>Reads one parameter of a node from a request.</summary>
internal abstract class NodeSource
{
    /// <summary>The source in words.</summary>
    public abstract string Description { get; }

    /// <summary>Reads it; false when this request has no value that the node takes, and is not to be cached.</summary>
    public abstract bool TryRead(EndpointFilterInvocationContext context, out object? value);
}
