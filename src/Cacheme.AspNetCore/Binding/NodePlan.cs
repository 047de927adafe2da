using System.Reflection;
using Cacheme.AspNetCore.Handlers;
using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore.Binding;

/// <summary>How a request becomes a node: made once, when the endpoint is built. Thread-safe.</summary>
internal sealed class NodePlan
{
    private readonly ConstructorInvoker _constructor;
    private readonly NodeSource[] _sources;
    private readonly Refusal _refusal;
    private bool _isChecked;

    public NodePlan(ConstructorInfo constructor, IEnumerable<NodeSource> sources, Refusal refusal)
    {
        _constructor = ConstructorInvoker.Create(constructor);
        _sources = [.. sources];
        _refusal = refusal;
        Parameters = [.. constructor.GetParameters().Zip(_sources, (parameter, source) => new NodeEndpointParameter(parameter.Name ?? "", source.Description))];
    }

    public IReadOnlyList<NodeEndpointParameter> Parameters { get; }

    /// <summary>What describes the parameters that come from the request, for OpenAPI.</summary>
    public List<RequestedParameter> Requested => [.. _sources.OfType<RequestSource>().Select(static source => source.Requested)];

    /// <summary>Whether the node can be made before the handler's arguments are bound.</summary>
    public bool ReadsRequests => Array.TrueForAll(_sources, static source => source.ReadsRequests);

    /// <summary>The headers that change the node.</summary>
    public IEnumerable<string> Headers => _sources.Select(static source => source.Header).OfType<string>();

    /// <summary>Makes the node; null when this request has no value for one of its parameters, and is not to be cached.</summary>
    /// <param name="http">The request.</param>
    /// <param name="call">The handler with its arguments; null before they are bound.</param>
    /// <exception cref="CachemeSetupException">Its key does not tell callers apart whose entries are to be apart.</exception>
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

        var node = _constructor.Invoke(values.AsSpan());
        if (!Volatile.Read(ref _isChecked))
        {
            RefuseForgottenCallers(node, values);
            Volatile.Write(ref _isChecked, true);
        }

        return node;
    }

    /// <summary>Whether two nodes of one type are the same, by what they are stored under.</summary>
    public static bool AreSame(object node, object other) => node.Equals(other) || KeyOf(node) == KeyOf(other);

    // With the first request's values: no others are sure to make a node. Until it holds, nothing is cached.
    private void RefuseForgottenCallers(object node, object?[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (_sources[i] is GivenSource { Another: { } another } && values[i] is { } value)
            {
                var others = (object?[])values.Clone();
                others[i] = another(value);
                if (KeyOf(node) == KeyOf(_constructor.Invoke(others.AsSpan())))
                {
                    throw _refusal.Because($"its key is the same whatever '{Parameters[i].Name}' is, so that one caller would be served another's answer. Put it into the key.");
                }
            }
        }
    }

    private static string? KeyOf(object node) => node is Node typed ? typed.Key.ToString() : null;
}
