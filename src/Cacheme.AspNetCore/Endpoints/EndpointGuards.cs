using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore.Endpoints;

/// <summary>What an endpoint asks to run before it is answered. Read once: asking the metadata costs more than the hit itself. Immutable.</summary>
internal sealed class EndpointGuards(Endpoint endpoint, AuthorizationDemand demand)
{
    private const string GeneratedCode = "Microsoft.AspNetCore.Http.Generated";

    /// <summary>The endpoint that it was read of.</summary>
    public Endpoint Endpoint { get; } = endpoint;

    /// <summary>Whether the endpoint is for some callers only.</summary>
    public bool AskForAuthorization { get; } = demand.IsOn(endpoint.Metadata);

    /// <summary>Whether the application finds out who asks, also where it does not matter: until then everybody looks like a stranger.</summary>
    public bool AskForAuthentication { get; } = demand.HasAuthentication;

    /// <summary>Whether it is for some origins only.</summary>
    public bool AskForCors { get; } = endpoint.Metadata.GetMetadata<ICorsMetadata>() is not null;

    /// <summary>Whether somebody has put something around what the framework runs, which may be a guard.</summary>
    public bool IsWrapped { get; } = endpoint.RequestDelegate?.Method.DeclaringType is { } type
        && type.Assembly.GetName().Name?.StartsWith("Microsoft.AspNetCore.", StringComparison.Ordinal) != true
        && type.FullName?.Contains(GeneratedCode, StringComparison.Ordinal) != true;
}
