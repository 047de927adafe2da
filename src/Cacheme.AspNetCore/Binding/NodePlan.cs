using System.Reflection;
using Cacheme.AspNetCore.Handlers;
using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore.Binding;

/// <summary>How a request becomes a node: made once, when the endpoint is built.</summary>
internal sealed class NodePlan
{
    private readonly ConstructorInvoker _constructor;
    private readonly NodeSource[] _sources;

    public NodePlan(ConstructorInfo constructor, IEnumerable<NodeSource> sources)
    {
        _constructor = ConstructorInvoker.Create(constructor);
        _sources = [.. sources];
        Parameters = [.. constructor.GetParameters().Zip(_sources, (parameter, source) => new NodeEndpointParameter(parameter.Name ?? "", source.Description))];
    }

    public IReadOnlyList<NodeEndpointParameter> Parameters { get; }

    /// <summary>Whether the node can be made before the handler's arguments are bound.</summary>
    public bool ReadsRequests => Array.TrueForAll(_sources, static source => source.ReadsRequests);

    /// <summary>The headers that change the node.</summary>
    public IEnumerable<string> Headers => _sources.Select(static source => source.Header).OfType<string>();

    /// <summary>Makes the node; null when this request has no value for one of its parameters, and is not to be cached.</summary>
    /// <param name="http">The request.</param>
    /// <param name="call">The handler with its arguments; null before they are bound.</param>
    public object? TryCreate(HttpContext http, HandlerCall? call)
    {
        var values = new object?[_sources.Length];
        for (var i = 0; i < values.Length; i++)
        {
            if (!_sources[i].TryRead(http, call, out values[i]))
            {
                return null;
            }
        }

        return _constructor.Invoke(values.AsSpan());
    }
}
