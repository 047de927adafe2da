using Microsoft.AspNetCore.Builder;

namespace Cacheme.AspNetCore;

/// <summary>Says why an endpoint cannot be cached, always with the endpoint's and the node's name.</summary>
internal sealed class Refusal(EndpointBuilder endpoint, Type nodeType)
{
    public CachemeSetupException Because(string reason) =>
        new($"The endpoint '{endpoint.DisplayName}' cannot be cached with {nodeType.Name}: {reason}");
}
