using System.Net;
using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Cacheme.AspNetCore.Tests.Binding;

/// <summary>Where a node's parameters come from.</summary>
public class NodeSourceTests : EndpointTests
{
    private static readonly Guid SomeId = Guid.Parse("0b3a9a4e-8f37-4d5a-9b1c-5a7c1f1d2e3f");

    private readonly WatchedNodeCache<SearchNode, string> _cache = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task HandlerArgument_OfTheName_IsTheNodes()
    {
        await using var app = await StartAsync(web => web.MapGet("/{prefix}", (string PREFIX, Shade? shade, Guid? id, int page = 7) => "").CacheWith<SearchNode>());

        await app.Client.GetStringAsync($"/a?shade=Dark&id={SomeId}", Token);

        Assert.Equal(new SearchNode("a", Shade.Dark, SomeId, 7), Assert.Single(_cache.Looked));
    }

    [Fact]
    public async Task HandlerArgument_ThatAnAttributeNames_IsTheNodesByEitherName()
    {
        await using var app = await StartAsync(web => web.MapGet(
            "/{p}", ([FromRoute(Name = "p")] string prefix, [FromHeader(Name = "X-Shade")] Shade? shade, [FromQuery(Name = "page")] int number) => "").CacheWith<SearchNode>());

        await app.Client.SendAsync(Get("/a?page=3&prefix=b&shade=Light", ("X-Shade", "Dark")), Token);

        Assert.Equal(new SearchNode("a", Shade.Dark, null, 3), Assert.Single(_cache.Looked));
    }

    [Fact]
    public async Task AsParameters_Members_AreTheNodes()
    {
        await using var app = await StartAsync(web => web.MapGet("/{prefix}", ([AsParameters] Query query) => query.Prefix).CacheWith<SearchNode>());

        await app.Client.GetStringAsync($"/a?shade=Dark&page=2", Token);

        Assert.Equal(new SearchNode("a", Shade.Dark, null, 2), Assert.Single(_cache.Looked));
    }

    [Fact]
    public async Task RequestArgument_ReadsRouteThenQueryThenHeader()
    {
        await using var app = await StartFreeAsync();

        await app.Client.SendAsync(Get($"/a?prefix=b&page=2&shade=Dark", ("Page", "3"), ("Id", SomeId.ToString())), Token);

        Assert.Equal(new SearchNode("a", Shade.Dark, SomeId, 2), Assert.Single(_cache.Looked));
    }

    [Fact]
    public async Task RequestArgument_MissingOrEmpty_TakesTheDefaultOrNull()
    {
        await using var app = await StartFreeAsync();

        await app.Client.GetStringAsync("/a?shade=&page=", Token);

        Assert.Equal(new SearchNode("a", null), Assert.Single(_cache.Looked));
    }

    [Theory]
    [InlineData("/a?page=one")]
    [InlineData("/a?page=1&page=2")]
    [InlineData("/a?id=1")]
    [InlineData("/a?shade=blue")]
    public async Task RequestArgument_Unreadable_PassesBy(string path)
    {
        await using var app = await StartFreeAsync();

        using var answer = await app.Client.GetAsync(path, Token);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(_cache.Looked);
    }

    [Fact]
    public async Task RequestArgument_MissingAndRequired_PassesBy()
    {
        await using var app = await StartAsync(web => web.MapGet("/", (HttpRequest request) => "").CacheWith<SearchNode>(options => options.Ignore("request")));

        await app.Client.GetStringAsync("/", Token);
        await app.Client.GetStringAsync("/?prefix=a", Token);

        Assert.Equal(new SearchNode("a", null), Assert.Single(_cache.Looked));
    }

    // Whoever sends one would fill the entry of another page, or one that nobody ends.
    [Fact]
    public async Task NoArgument_IsTheRoutesOrTheDefault_WhateverElseIsSent()
    {
        await using var app = await StartAsync(web => web.MapGet("/{prefix}", () => "").CacheWith<SearchNode>());

        await app.Client.SendAsync(Get($"/a?prefix=b&page=2&shade=Dark", ("Page", "3"), ("Id", SomeId.ToString())), Token);

        Assert.Equal(new SearchNode("a", null), Assert.Single(_cache.Looked));
    }

    [Fact]
    public async Task HandlerArgument_NullForANodeThatTakesNone_PassesBy()
    {
        await using var app = await StartAsync(web => web.MapGet("/", (string? prefix) => "").CacheWith<SearchNode>());

        await app.Client.GetStringAsync("/", Token);

        Assert.Empty(_cache.Looked);
    }

    [Fact]
    public async Task HandlerArgument_Array_IsTheNodes()
    {
        var cache = new WatchedNodeCache<ArrayNode, string>();
        await using var app = await StartAsync(
            web => web.MapGet("/", (int[] ids) => "").CacheWith<ArrayNode>(), services => services.Watch(cache));

        await app.Client.GetStringAsync("/?ids=1&ids=2", Token);

        Assert.Equal([1, 2], Assert.Single(cache.Looked).Ids);
    }

    private static HttpRequestMessage Get(string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return request;
    }

    private Task<TestApp> StartAsync(Action<WebApplication> map) => StartAsync(map, services => services.Watch(_cache));

    /// <summary>A handler that takes nothing itself.</summary>
    private Task<TestApp> StartFreeAsync() => StartAsync(web => web.MapGet("/{prefix}", (HttpContext http) => "").CacheWith<SearchNode>(options => options.Ignore("http")));

    private sealed record Query(string Prefix, Shade? Shade, int Page, CancellationToken CancellationToken = default);
}
