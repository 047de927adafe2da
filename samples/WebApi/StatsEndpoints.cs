using Cacheme;

namespace WebApi;

internal static class StatsEndpoints
{
    public static void MapStats(this IEndpointRouteBuilder app) => app
        .MapGet("/stats", (ICacheme cacheme) => cacheme.Nodes.ToDictionary(node => node.Name, node => cacheme.Stats(node.Name)))
        .WithSummary("What the cache did for each node since the start");
}
