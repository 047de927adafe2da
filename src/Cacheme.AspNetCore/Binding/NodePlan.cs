using System.Reflection;
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

    /// <summary>Makes the node; null when this request has no value for one of its parameters, and is not to be cached.</summary>
    public object? TryCreate(EndpointFilterInvocationContext context)
    {
        var values = new object?[_sources.Length];
        for (var i = 0; i < values.Length; i++)
        {
            if (!_sources[i].TryRead(context, out values[i]))
            {
                return null;
            }
        }

        return _constructor.Invoke(values.AsSpan());
    }
}
