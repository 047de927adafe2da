using System.ComponentModel.DataAnnotations;
using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.Extensions.DependencyInjection;

#pragma warning disable CA1822 // MVC's actions are instance methods.

namespace Cacheme.AspNetCore.Tests.Controllers;

/// <summary>Which hits of controllers the middleware answers by itself: those make no controller.</summary>
public sealed class EarlyBindingTests
{
    private const int Early = 3, All = 5;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/ints/1")]
    [InlineData("/longs?id=-1")]
    [InlineData("/guids/7d7b7a60-7f7c-4a7e-9b0e-000000000001")]
    [InlineData("/texts?text=Ada")]
    [InlineData("/bools/true")]
    public async Task Hit_OfATextThatReadsOneWayOnly_MakesNoController(string path) => Assert.Equal(Early, await MadeAsync(path));

    [Theory]
    [InlineData("/ints/01")]
    [InlineData("/ints/%201")]
    [InlineData("/longs")]
    [InlineData("/longs?id=1&id=2")]
    [InlineData("/guids/7d7b7a607f7c4a7e9b0e000000000001")]
    [InlineData("/bools/TRUE")]
    [InlineData("/texts?text=%20")]
    [InlineData("/doubles/1.5")]
    [InlineData("/ranged/1")]
    [InlineData("/ignoring/1")]
    [InlineData("/sourceless/1")]
    [InlineData("/described/1", true)]
    public async Task Hit_OfWhatMvcMayReadOtherwise_IsLeftToTheAction(string path, bool isEarly = false) => Assert.Equal(isEarly ? Early : All, await MadeAsync(path));

    [Fact]
    public async Task Binder_OfTheApplication_LeavesAllToTheActions() =>
        Assert.Equal(All, await MadeAsync("/ints/1", mvc => mvc.AddMvcOptions(options => options.ModelBinderProviders.Insert(0, new NoBinder()))));

    [Fact]
    public async Task Miss_AsksTheCacheOnce()
    {
        await using var app = await StartAsync(_ => { });

        await app.Client.GetStringAsync("/ints/1", Token);
        await app.Client.GetStringAsync("/ints/1", Token);

        var stats = app.Services.GetRequiredService<ICacheme>().Stats<NumberNode>();
        Assert.Equal((2, 1, 1), (stats.RequestCount, stats.MissCount, stats.LoadSuccessCount));
    }

    [Fact]
    public async Task Hit_WhoseBodyIsNotKeptForTheAccept_AsksTheCacheOnce()
    {
        await using var app = await StartAsync(_ => { });
        await app.Client.GetStringAsync("/ints/1", Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/ints/1");
        request.Headers.TryAddWithoutValidation("Accept", "text/json");

        using var answer = await app.Client.SendAsync(request, Token);

        var stats = app.Services.GetRequiredService<ICacheme>().Stats<NumberNode>();
        Assert.Equal((2, 1), (stats.RequestCount, stats.MissCount));
        Assert.Equal("text/json", answer.Content.Headers.ContentType?.MediaType);
    }

    // The first is a miss, and the first hit of each Accept keeps its body: only the last two may be early.
    private static async Task<int> MadeAsync(string path, Action<IMvcBuilder>? configure = null)
    {
        await using var app = await StartAsync(configure ?? (_ => { }));
        foreach (var accept in (string[])["application/json", "text/json", "application/json", "text/json", "application/json"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.TryAddWithoutValidation("Accept", accept);
            using var answer = await app.Client.SendAsync(request, Token);
            answer.EnsureSuccessStatusCode();
        }

        return app.Services.GetRequiredService<Counter>().Count;
    }

    private static Task<TestApp> StartAsync(Action<IMvcBuilder> configure) => TestApp.StartAsync(
        web =>
        {
            web.UseCacheme();
            web.MapControllers();
        },
        services => configure(OnlyControllers.Add(services, typeof(TextsController), typeof(SourcelessController))));

    [ApiController]
    internal sealed class TextsController : ControllerBase
    {
        public TextsController(Counter made) => made.Next();

        [HttpGet("/ints/{id}")]
        [CacheWith<NumberNode>]
        public int Ints(int id) => id;

        [HttpGet("/longs")]
        [CacheWith<LongNode>]
        public string Longs(long id) => $"{id}";

        [HttpGet("/guids/{id}")]
        [CacheWith<GuidNode>]
        public string Guids(Guid id) => $"{id}";

        [HttpGet("/texts")]
        [CacheWith<BlankNode>]
        public string Texts([FromQuery(Name = "text")] string? name) => $"{name}";

        [HttpGet("/bools/{flag}")]
        [CacheWith<BoolNode>]
        public string Bools(bool flag) => $"{flag}";

        [HttpGet("/doubles/{number}")]
        [CacheWith<DoubleNode>]
        public string Doubles(double number) => $"{number}";

        [HttpGet("/ranged/{id}")]
        [CacheWith<NumberNode>]
        public int Ranged([Range(1, 2)] int id) => id;

        [HttpGet("/ignoring/{id}")]
        [CacheWith<NumberNode>(Ignore = ["verbose"])]
        public int Ignoring(int id, bool verbose) => id;

        [HttpGet("/described/{id}")]
        [ProducesResponseType<int>(200)]
        [ProducesResponseType(404)]
        [CacheWith<NumberNode>]
        public ActionResult<int> Described(int id) => id;
    }

    internal sealed class SourcelessController : ControllerBase
    {
        public SourcelessController(Counter made) => made.Next();

        [HttpGet("/sourceless/{id}")]
        [CacheWith<NumberNode>]
        public int Get(int id) => id;
    }

    private sealed class NoBinder : IModelBinderProvider
    {
        public IModelBinder? GetBinder(ModelBinderProviderContext context) => null;
    }
}
