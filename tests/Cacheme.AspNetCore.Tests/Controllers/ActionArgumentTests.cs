using System.ComponentModel.DataAnnotations;
using System.Net;
using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Tests.Controllers;

/// <summary>The node is made of what MVC binds, and of nothing where MVC finds something wrong.</summary>
public class ActionArgumentTests : EndpointTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/numbers/7", "/numbers/7", true)]
    [InlineData("/numbers/7", "/numbers/007", true)]
    [InlineData("/numbers/7", "/numbers/%207", true)]
    [InlineData("/numbers/7", "/numbers/8", false)]
    [InlineData("/optional?id=0", "/optional", true)] // MVC makes a missing one its default
    [InlineData("/optional?id=5", "/optional", false)]
    [InlineData("/defaulted?id=5", "/defaulted", true)]
    [InlineData("/blank?name=%20", "/blank?name=", true)] // both become null
    [InlineData("/blank?name=a", "/blank?name=", false)]
    [InlineData("/header", "/header", true)]
    public async Task Requests_ThatMvcBindsTheSame_ShareAnAnswer(string first, string second, bool shares)
    {
        await using var app = await StartAsync();

        var one = await app.Client.GetStringAsync(first, Token);
        var other = await app.Client.GetStringAsync(second, Token);

        Assert.Equal(shares, one == other);
        Assert.Equal(one, await app.Client.GetStringAsync(first, Token));
    }

    [Theory]
    [InlineData("/ranged/11")]
    [InlineData("/numbers/x")]
    [InlineData("/numbers/1?also=x")]
    public async Task Request_ThatApiControllerRefuses_IsRefusedThoughTheCacheHasTheNode(string path)
    {
        await using var app = await StartAsync();
        var cache = app.Services.GetRequiredService<ICacheme>();
        await cache.SetAsync(new NumberNode(11), 1, Token);
        await cache.SetAsync(new NumberNode(1), 1, Token);
        await cache.SetAsync(new NumberNode(0), 1, Token);

        using var answer = await app.Client.GetAsync(path, Token);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(0, Runs(app));
    }

    [Theory]
    [InlineData("/loose/11")]
    [InlineData("/loose/x")]
    public async Task InvalidModelState_WhereTheActionDecides_IsNeitherLookedUpNorStored(string path)
    {
        await using var app = await StartAsync();
        await app.Services.GetRequiredService<ICacheme>().SetAsync(new NumberNode(11), -1, Token);

        Assert.Equal("1", await app.Client.GetStringAsync(path, Token));
        using var second = await app.Client.GetAsync(path, Token);

        Assert.Equal("2", await second.Content.ReadAsStringAsync(Token));
        Assert.Equal(["Cacheme; fwd=bypass; detail=bad-request"], second.Headers.GetValues("Cache-Status"));
    }

    [Fact]
    public async Task ValueThatTheActionDoesNotTake_ComesFromTheRouteOfTheGroupItIsIn()
    {
        await using var app = await StartAsync(
            web => web.MapGroup("/groups/{userId:int}").MapControllers(),
            services => OnlyControllers.Add(services, typeof(GroupedController)));

        var one = await app.Client.GetStringAsync("/groups/1/grouped?userId=3", Token);

        Assert.Equal(one, await app.Client.GetStringAsync("/groups/1/grouped?userId=4", Token));
        Assert.NotEqual(one, await app.Client.GetStringAsync("/groups/2/grouped?userId=3", Token));
    }

    [Fact]
    public async Task ConventionalRoute_CachesToo()
    {
        await using var app = await StartAsync(
            web => web.MapControllerRoute("default", "{controller}/{action}/{userId}").CacheWith<UserNode>(),
            services => OnlyControllers.Add(services, typeof(ConventionalController)));

        var one = await app.Client.GetStringAsync("/Conventional/Get/1", Token);

        Assert.Equal(one, await app.Client.GetStringAsync("/Conventional/Get/1", Token));
        Assert.NotEqual(one, await app.Client.GetStringAsync("/Conventional/Get/2", Token));
    }

    private Task<TestApp> StartAsync() => StartAsync(web => web.MapControllers(), services => OnlyControllers.Add(services, typeof(ArgumentsController), typeof(LooseController)));

    private static int Runs(TestApp app) => app.Services.GetRequiredService<Counter>().Count;

    [ApiController]
    internal sealed class ArgumentsController(Counter runs) : ControllerBase
    {
        [HttpGet("/numbers/{id}")]
        [CacheWith<NumberNode>(Ignore = ["also"])]
        public int Number(int id, [FromQuery] int? also) => (id * 10) + runs.Next();

        [HttpGet("/optional")]
        [CacheWith<NumberNode>]
        public int Optional(int id) => (id * 10) + runs.Next();

        [HttpGet("/defaulted")]
        [CacheWith<NumberNode>]
        public int Defaulted(int id = 5) => (id * 10) + runs.Next();

        [HttpGet("/ranged/{id}")]
        [CacheWith<NumberNode>]
        public int Ranged([Range(1, 10)] int id) => (id * 10) + runs.Next();

        [HttpGet("/blank")]
        [CacheWith<BlankNode>]
        public string Blank(string? name) => $"{name} {runs.Next()}";

        [HttpGet("/header")]
        [CacheWith<BlankNode>]
        public string Header([FromHeader(Name = "X-Name")] string? name) => $"{name} {runs.Next()}";
    }

    internal sealed class LooseController(Counter runs) : ControllerBase
    {
        [HttpGet("/loose/{id}")]
        [CacheWith<NumberNode>]
        public int Get([Range(1, 10)] int id) => ModelState.IsValid ? id : runs.Next();
    }

    internal sealed class GroupedController(Counter runs) : ControllerBase
    {
        [HttpGet("grouped")]
        [CacheWith<UserNode>]
        public User Get() => new(1, $"run {runs.Next()}");
    }

    internal sealed class ConventionalController(Counter runs) : ControllerBase
    {
        public User Get(int userId) => new(userId, $"run {runs.Next()}");
    }
}
