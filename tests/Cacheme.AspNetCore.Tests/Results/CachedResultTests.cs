using System.Net;
using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Tests.Results;

/// <summary>What is stored is handed out as the handler would have.</summary>
public class CachedResultTests : EndpointTests
{
    private readonly Counter _runs = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Shapes => ["plain", "task", "valuetask", "ok", "results", "iresult", "derived"];

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Hit_OfAValueHoweverDeclared_AnswersAsTheHandlerDid(string shape)
    {
        await using var app = await StartAsync(web => web.MapGet("/{userId:int}", Handler(shape)).CacheWith<UserNode>());

        var first = await ReadAsync(app, "/1");
        var second = await ReadAsync(app, "/1");

        Assert.Equal((HttpStatusCode.OK, "application/json; charset=utf-8", """{"id":1,"name":"run 1"}"""), first);
        Assert.Equal(first, second);
        Assert.Equal(1, _runs.Count);
    }

    [Fact]
    public async Task Hit_OfAText_StaysPlainText()
    {
        await using var app = await StartAsync(web => web.MapGet("/{name}", (string name) => $"{name} {_runs.Next()}").CacheWith<TextNode>());

        var first = await ReadAsync(app, "/ada");

        Assert.Equal((HttpStatusCode.OK, "text/plain; charset=utf-8", "ada 1"), first);
        Assert.Equal(first, await ReadAsync(app, "/ada"));
    }

    [Fact]
    public async Task Hit_OfATextInOk_StaysJson()
    {
        await using var app = await StartAsync(web =>
            web.MapGet("/{name}", (string name) => TypedResults.Ok($"{name} {_runs.Next()}")).CacheWith<TextNode>());

        var first = await ReadAsync(app, "/ada");

        Assert.Equal((HttpStatusCode.OK, "application/json; charset=utf-8", "\"ada 1\""), first);
        Assert.Equal(first, await ReadAsync(app, "/ada"));
    }

    [Fact]
    public async Task Hit_OfANumber_IsCachedToo()
    {
        await using var app = await StartAsync(web => web.MapGet("/{id:int}", (int id) => (id * 10) + _runs.Next()).CacheWith<NumberNode>());

        Assert.Equal("41", await app.Client.GetStringAsync("/4", Token));
        Assert.Equal("41", await app.Client.GetStringAsync("/4", Token));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task NotFound_UnderStatusCodePages_HasItsProblem(bool isCached)
    {
        await using var app = await TestApp.StartAsync(
            web =>
            {
                web.UseStatusCodePages();
                if (IsEarly)
                {
                    web.UseCacheme();
                }

                var route = web.MapGet("/users/{userId:int}", Results<Ok<User>, NotFound> (int userId) => TypedResults.NotFound());
                if (isCached)
                {
                    route.CacheWith<MaybeUserNode>();
                }
            },
            services => services.AddProblemDetails(),
            IsHttp2);

        for (var i = 0; i < 2; i++)
        {
            using var answer = await app.Client.GetAsync("/users/1", Token);
            Assert.Equal((HttpStatusCode.NotFound, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        }
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("base")]
    [InlineData("object")]
    [InlineData("ok")]
    [InlineData("okbase")]
    [InlineData("results")]
    [InlineData("iresult")]
    [InlineData("iresultbase")]
    public async Task PolymorphicValue_IsWrittenAsWithoutACache(string how)
    {
        await using var app = await StartAsync(web =>
        {
            web.MapGet("/cached/{id:int}", AnimalHandler(how)).CacheWith<AnimalNode>();
            web.MapGet("/live/{id:int}", AnimalHandler(how));
        });

        foreach (var id in (int[])[1, 2])
        {
            var live = await ReadAsync(app, $"/live/{id}");
            Assert.Equal(live, await ReadAsync(app, $"/cached/{id}"));
            Assert.Equal(live, await ReadAsync(app, $"/cached/{id}"));
        }
    }

    [Fact]
    public async Task PolymorphicValue_ThatTheHandlerDoesNotDeclareTheSameEachTime_IsWrittenAsTheNodes()
    {
        await using var app = await StartAsync(web =>
            web.MapGet("/{id:int}", IResult (int id) => id == 1 ? TypedResults.Ok(new Cat("Tom")) : TypedResults.Ok<Animal>(new Cat("Tim"))).CacheWith<AnimalNode>());
        Assert.Equal("""{"name":"Tom"}""", await app.Client.GetStringAsync("/1", Token));
        Assert.Equal("""{"name":"Tom"}""", await app.Client.GetStringAsync("/1", Token));

        Assert.Equal("""{"$type":"cat","name":"Tim"}""", await app.Client.GetStringAsync("/2", Token));
        Assert.Equal("""{"$type":"cat","name":"Tom"}""", await app.Client.GetStringAsync("/1", Token));
    }

    [Fact]
    public async Task ValueOfAnotherType_ThatIsStoredByOthers_IsWrittenAsTheNodes()
    {
        await using var app = await StartAsync(web => web.MapGet("/{id:int}", (int id) => new Cat("Tom")).CacheWith<AnimalNode>());
        await app.Services.GetRequiredService<ICacheme>().SetAsync(new AnimalNode(1), new Dog("Rex"), Token);

        Assert.Equal("""{"$type":"dog","name":"Rex"}""", await app.Client.GetStringAsync("/1", Token));
    }

    [Fact]
    public async Task DeclaredType_ThatTheSourceGeneratedContextKnows_IsEnough()
    {
        await using var app = await StartAsync(
            web =>
            {
                web.MapGet("/cached/{id:int}", (int id) => new List<string> { "Ada" }).CacheWith<NamesNode>();
                web.MapGet("/live/{id:int}", (int id) => new List<string> { "Ada" });
            },
            services => services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolver = NamesJson.Default));

        var live = await ReadAsync(app, "/live/1");

        Assert.Equal("""["Ada"]""", live.Body);
        Assert.Equal(live, await ReadAsync(app, "/cached/1"));
        Assert.Equal(live, await ReadAsync(app, "/cached/1"));
    }

    private static Delegate AnimalHandler(string how) => how switch
    {
        "plain" => (int id) => new Cat("Tom"),
        "base" => Animal (int id) => new Cat("Tom"),
        "object" => object (int id) => new Cat("Tom"),
        "ok" => (int id) => TypedResults.Ok(new Cat("Tom")),
        "okbase" => (int id) => TypedResults.Ok<Animal>(new Cat("Tom")),
        "results" => Results<Ok<Cat>, Ok<Dog>> (int id) => id == 1 ? TypedResults.Ok(new Cat("Tom")) : TypedResults.Ok(new Dog("Rex")),
        "iresult" => IResult (int id) => id == 1 ? TypedResults.Ok(new Cat("Tom")) : TypedResults.Ok(new Dog("Rex")),
        "iresultbase" => IResult (int id) => TypedResults.Ok<Animal>(new Cat("Tom")),
        _ => throw new ArgumentOutOfRangeException(nameof(how)),
    };

    private Delegate Handler(string shape) => shape switch
    {
        "plain" => (int userId) => Next(userId),
        "task" => (int userId) => Task.FromResult(Next(userId)),
        "valuetask" => (int userId) => ValueTask.FromResult(Next(userId)),
        "ok" => (int userId) => TypedResults.Ok(Next(userId)),
        "results" => async Task<Results<Ok<User>, NotFound>> (int userId) =>
        {
            await Task.Yield();
            return TypedResults.Ok(Next(userId));
        },
        "iresult" => IResult (int userId) => Microsoft.AspNetCore.Http.Results.Ok(Next(userId)),
        "derived" => (int userId) => new Admin(userId, Next(userId).Name),
        _ => throw new ArgumentOutOfRangeException(nameof(shape)),
    };

    private User Next(int userId) => new(userId, $"run {_runs.Next()}");

    private static async Task<(HttpStatusCode Status, string? Type, string Body)> ReadAsync(TestApp app, string path)
    {
        using var response = await app.Client.GetAsync(path, Token);
        return (response.StatusCode, response.Content.Headers.ContentType?.ToString(), await response.Content.ReadAsStringAsync(Token));
    }
}
