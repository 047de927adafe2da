namespace Cacheme.AspNetCore;

/// <summary>How an endpoint is cached, where the node's policy does not say it. Used when the application starts only.</summary>
public sealed class NodeEndpointOptions
{
    private readonly HashSet<string> _ignored = new(StringComparer.OrdinalIgnoreCase);

    internal NodeEndpointOptions()
    {
    }

    internal IReadOnlySet<string> Ignored => _ignored;

    /// <summary>Names handler parameters that do not change the answer, so that the node need not have them.</summary>
    /// <remarks>
    /// A parameter that comes from the request and that the node lacks refuses the start: whoever asks with another value
    /// would be served the first one's answer. Ignore it only if the answer is the same for every value.
    /// </remarks>
    /// <param name="parameterNames">The names; case does not count. A member of an <c>[AsParameters]</c> type goes by its own name.</param>
    public NodeEndpointOptions Ignore(params string[] parameterNames)
    {
        ArgumentNullException.ThrowIfNull(parameterNames);
        _ignored.UnionWith(parameterNames);
        return this;
    }
}
