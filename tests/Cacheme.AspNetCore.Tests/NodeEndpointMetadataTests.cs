using Cacheme.AspNetCore.Endpoints;
using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Tests;

public sealed class NodeEndpointMetadataTests
{
    [Fact]
    public async Task Endpoint_CachedWithANode_SaysWhereItsParametersComeFrom()
    {
        await using var app = await TestApp.StartAsync(web => web.MapGet("/{prefix}", (Shade? shade) => "").CacheWith<SearchNode>(options => options.Map<Guid?>("id", _ => null)));

        var metadata = Endpoint(app, "/{prefix}").Metadata.GetRequiredMetadata<NodeEndpointMetadata>();

        Assert.Equal((typeof(SearchNode), typeof(string)), (metadata.NodeType, metadata.ValueType));
        Assert.Equal(
            [
                new("Prefix", "route value 'Prefix'"),
                new("Shade", "handler parameter 'shade'"),
                new("Id", "the mapped value"),
                new("Page", "its default"),
            ],
            metadata.Parameters);
    }

    [Fact]
    public async Task Endpoint_CachedWithANode_KeepsTheMetadataThatDescribesIt()
    {
        static Results<Ok<User>, NotFound> Find(int userId) => TypedResults.NotFound();
        await using var app = await TestApp.StartAsync(web =>
        {
            web.MapGet("/plain/{userId:int}", Find);
            web.MapGet("/cached/{userId:int}", Find).CacheWith<UserNode>();
        });

        Assert.Equal(
            Endpoint(app, "/plain/{userId:int}").Metadata.Select(item => item.GetType()),
            Endpoint(app, "/cached/{userId:int}").Metadata.Select(item => item.GetType()).Where(type => type != typeof(NodeEndpointMetadata) && type != typeof(NodeDeclaration)));
    }

    private static RouteEndpoint Endpoint(TestApp app, string route) =>
        app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Single(endpoint => endpoint.RoutePattern.RawText == route);
}
