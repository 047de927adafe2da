using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Tests.Endpoints;

/// <summary>A node that is an endpoint: its own load is the answer.</summary>
public class MapNodeTests : EndpointTests
{
    private readonly Counter _loads = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Node_ThatIsMapped_LoadsOnceAndAnswersFromTheCache()
    {
        await using var app = await StartAsync();

        Assert.Equal("""{"id":1,"name":"Dark 1"}""", await app.Client.GetStringAsync("/profiles/1?shade=Dark", Token));
        Assert.Equal("""{"id":1,"name":"Dark 1"}""", await app.Client.GetStringAsync("/profiles/1?shade=Dark", Token));
        Assert.Equal("""{"id":1,"name":"Light 2"}""", await app.Client.GetStringAsync("/profiles/1", Token));
        Assert.Equal(2, app.Services.GetRequiredService<ICacheme>().Stats<LoadedNode>().LoadSuccessCount);
    }

    [Theory]
    [InlineData("/profiles/101", 2)] // the node does not keep it
    [InlineData("/known/101", 1)]
    public async Task Null_Is404_AndKeptOnlyWhereTheNodeKeepsNull(string path, int loads)
    {
        await using var app = await StartAsync();

        for (var i = 0; i < 2; i++)
        {
            using var answer = await app.Client.GetAsync(path, Token);
            Assert.Equal((HttpStatusCode.NotFound, null), (answer.StatusCode, answer.Headers.ETag));
            Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Token));
        }

        Assert.Equal(loads, _loads.Count);
    }

    [Fact]
    public async Task Null_UnderStatusCodePages_HasItsProblem()
    {
        await using var app = await StartAsync(
            web =>
            {
                web.UseStatusCodePages();
                web.MapNode<LoadedNode>("/users/{userId:int}");
            },
            services => services.AddProblemDetails().AddSingleton(_loads));

        using var answer = await app.Client.GetAsync("/users/1000", Token);

        Assert.Equal((HttpStatusCode.NotFound, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
    }

    [Theory]
    [InlineData("/profiles/1?shade=green")]
    [InlineData("/profiles/99999999999")]
    [InlineData("/query")]
    public async Task Request_ThatLacksAValueOfTheNode_Is400(string path)
    {
        await using var app = await StartAsync();

        using var answer = await app.Client.GetAsync(path, Token);

        Assert.Equal((HttpStatusCode.BadRequest, 0), (answer.StatusCode, _loads.Count));
    }

    [Fact]
    public async Task Load_KnowsNothingOfTheCaller_SoEverybodyShares()
    {
        await using var app = await StartAsync();
        var first = await app.Client.GetStringAsync("/profiles/1", Token);

        app.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "abc");

        Assert.Equal(first, await app.Client.GetStringAsync("/profiles/1", Token));
    }

    [Fact]
    public async Task NodeThatAsksForAuthorization_RefusesTheStartUntilItSaysWhose()
    {
        var refusal = await Assert.ThrowsAsync<CachemeSetupException>(() => StartAsync(web => web.MapNode<LoadedNode>("/{userId:int}").RequireAuthorization(), _ => { }));

        Assert.Contains("it asks for authorization", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenApi_DescribesTheNodesParametersAndAnswers()
    {
        await using var app = await StartAsync(
            web =>
            {
                web.MapNode<LoadedNode>("/profiles/{userId:int}").WithSummary("A profile");
                web.MapOpenApi();
            },
            services => services.AddSingleton(_loads).AddOpenApi());

        using var document = JsonDocument.Parse(await app.Client.GetStringAsync("/openapi/v1.json", Token));

        var get = document.RootElement.GetProperty("paths").GetProperty("/profiles/{userId}").GetProperty("get");
        var parameters = get.GetProperty("parameters").EnumerateArray().ToDictionary(p => p.GetProperty("name").GetString()!, p => p.GetProperty("in").GetString()!);
        Assert.Equal(("path", "query", "A profile"), (parameters["userId"], parameters["shade"], get.GetProperty("summary").GetString()));
        Assert.Equal(["200", "400", "404"], get.GetProperty("responses").EnumerateObject().Select(response => response.Name).Order());
    }

    private Task<TestApp> StartAsync() => StartAsync(
        web =>
        {
            web.MapNode<LoadedNode>("/profiles/{userId}");
            web.MapNode<LoadedNode>("/query");
            web.MapNode<KnownNobodyNode>("/known/{userId:int}");
        },
        services => services.AddSingleton(_loads));
}
