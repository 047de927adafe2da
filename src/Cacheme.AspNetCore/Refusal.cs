using Microsoft.AspNetCore.Builder;

namespace Cacheme.AspNetCore;

/// <summary>Says why an endpoint cannot be cached, always with the endpoint's and the node's name.</summary>
/// <param name="endpoint">The endpoint.</param>
/// <param name="nodeType">The node.</param>
/// <param name="isOfGroup">Whether the node was given to many endpoints at once, so that this one can be left out.</param>
internal sealed class Refusal(EndpointBuilder endpoint, Type nodeType, bool isOfGroup)
{
    public CachemeSetupException Because(string reason) => new(
        $"The endpoint '{endpoint.DisplayName}' cannot be cached with {nodeType.Name}: {reason}{(isOfGroup ? " Or leave it out of its group's caching, with .DisableCaching()." : "")}");
}
