using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore.Endpoints;

/// <summary>What an endpoint's metadata asks to run before it is answered. Read once: asking the metadata costs more than the hit itself. Immutable.</summary>
internal sealed class EndpointGuards(EndpointMetadataCollection metadata, AuthorizationDemand demand)
{
    /// <summary>The metadata that it was read of.</summary>
    public EndpointMetadataCollection Metadata { get; } = metadata;

    /// <summary>Whether the endpoint is for some callers only.</summary>
    public bool AskForAuthorization { get; } = demand.IsOn(metadata);

    /// <summary>Whether it is for some origins only.</summary>
    public bool AskForCors { get; } = metadata.GetMetadata<ICorsMetadata>() is not null;
}
