using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Cacheme.AspNetCore.Endpoints;

/// <summary>The names of the values that a route catches; case does not count.</summary>
internal static class RouteNames
{
    public static HashSet<string> Of(EndpointBuilder endpoint) => Of((endpoint as RouteEndpointBuilder)?.RoutePattern);

    public static HashSet<string> Of(RoutePattern? pattern) => (pattern?.Parameters ?? []).Select(static parameter => parameter.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
}
