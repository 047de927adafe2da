using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore.Tests.Endpoints;

/// <summary>A node that is given to a group, and what its endpoints say otherwise.</summary>
public class GroupTests : EndpointTests
{
    private readonly Counter _runs = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Group_CachesItsGetEndpointsAndLeavesTheOthers()
    {
        await using var app = await StartAsync(web =>
        {
            var group = web.MapGroup("/users").CacheWith<UserNode>();
            group.MapGet("/{userId:int}", Next);
            group.MapPost("/{userId:int}", Next);
            group.MapDelete("/{userId:int}", (int userId) => TypedResults.NoContent());
        });

        Assert.Equal(await app.Client.GetStringAsync("/users/1", Token), await app.Client.GetStringAsync("/users/1", Token));
        using var post = await app.Client.PostAsync("/users/1", null, Token);
        Assert.Equal("""{"id":1,"name":"run 2"}""", await post.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task Endpoint_WithANodeOfItsOwn_HasThatOne()
    {
        await using var app = await StartAsync(web =>
        {
            var group = web.MapGroup("").CacheWith<UserNode>();
            group.MapGet("/{userId:int}", Next);
            group.MapGet("/texts/{name}", (string name) => $"{name} {_runs.Next()}").CacheWith<TextNode>();
        });

        Assert.Equal("ada 1", await app.Client.GetStringAsync("/texts/ada", Token));
        Assert.Equal("ada 1", await app.Client.GetStringAsync("/texts/ada", Token));
        Assert.Equal(await app.Client.GetStringAsync("/1", Token), await app.Client.GetStringAsync("/1", Token));
    }

    [Fact]
    public async Task DisableCaching_TakesAnEndpointOrAGroupOut()
    {
        await using var app = await StartAsync(web =>
        {
            var group = web.MapGroup("").CacheWith<UserNode>();
            group.MapGet("/one/{userId:int}", Next).DisableCaching();
            group.MapGroup("/two").DisableCaching().MapGet("/{userId:int}", Next);
            group.MapGet("/text", () => $"{_runs.Next()}").DisableCaching();
            group.MapGroup("/again").DisableCaching().MapGet("/{userId:int}", Next).CacheWith<UserNode>();
        });

        Assert.NotEqual(await app.Client.GetStringAsync("/one/1", Token), await app.Client.GetStringAsync("/one/1", Token));
        Assert.NotEqual(await app.Client.GetStringAsync("/two/1", Token), await app.Client.GetStringAsync("/two/1", Token));
        Assert.NotEqual(await app.Client.GetStringAsync("/text", Token), await app.Client.GetStringAsync("/text", Token));
        Assert.Equal(await app.Client.GetStringAsync("/again/1", Token), await app.Client.GetStringAsync("/again/1", Token));
    }

    [Fact]
    public async Task Endpoint_ThatTheGroupsNodeDoesNotFit_RefusesTheStartAndNamesTheCure()
    {
        var refusal = await Assert.ThrowsAsync<CachemeSetupException>(() => StartAsync(web =>
            web.MapGroup("/users").CacheWith<UserNode>().MapGet("/{userId:int}/name", (int userId) => "Ada")));

        Assert.Contains("/users/{userId:int}/name' cannot be cached with UserNode: the handler returns String", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(".DisableCaching()", refusal.Message, StringComparison.Ordinal);
    }

    private User Next(int userId) => new(userId, $"run {_runs.Next()}");
}
