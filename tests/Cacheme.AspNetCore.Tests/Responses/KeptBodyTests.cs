using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Text.Json;
using Cacheme.AspNetCore.Responses;
using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Tests.Responses;

/// <summary>The bytes of an answer stay beside its value: hits write them as they are, and they go when it goes.</summary>
public class KeptBodyTests : EndpointTests
{
    private readonly ConcurrentDictionary<int, Written> _values = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Hits_AreWrittenOnce()
    {
        await using var app = await StartWrittenAsync();
        var bodies = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            bodies.Add(await app.Client.GetStringAsync("/1", Token));
        }

        Assert.Equal("""{"id":1}""", Assert.Single(bodies.Distinct()));
        Assert.Equal(2, _values[1].Writes()); // for who loaded it, and for the first hit
        Assert.InRange(BytesOf(app), 1, 1_000);
    }

    [Theory]
    [InlineData("invalidate")]
    [InlineData("set")]
    public async Task Value_ThatLeaves_TakesItsBytesAlong(string how)
    {
        await using var app = await StartWrittenAsync();
        await app.Client.GetStringAsync("/1", Token);
        await app.Client.GetStringAsync("/1", Token);
        var cacheme = app.Services.GetRequiredService<ICacheme>();

        await (how == "set" ? cacheme.SetAsync(new WrittenNode(1), new Written(2), Token) : cacheme.InvalidateAsync(new WrittenNode(1), Token));

        Assert.Equal(0, BytesOf(app));
        Assert.Equal(how == "set" ? """{"id":2}""" : """{"id":1}""", await app.Client.GetStringAsync("/1", Token));
    }

    [Fact]
    public async Task Endpoints_ThatShareANode_WriteItEachTheirWay()
    {
        await using var app = await StartAsync(web =>
        {
            web.MapGet("/plain/{name}", (string name) => name).CacheWith<TextNode>();
            web.MapGet("/json/{name}", (string name) => TypedResults.Ok(name)).CacheWith<TextNode>();
        });

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("ada", await app.Client.GetStringAsync("/plain/ada", Token));
            Assert.Equal("\"ada\"", await app.Client.GetStringAsync("/json/ada", Token));
        }
    }

    [Fact]
    public async Task EightEndpoints_OfOneValue_EachKeepItsBody()
    {
        await using var app = await StartAsync(web =>
        {
            for (var i = 0; i < 8; i++)
            {
                web.MapGet($"/{i}/{{id:int}}", (int id) => _values[id] = new Written(id)).CacheWith<WrittenNode>();
            }
        });
        await AskAllAsync();
        await AskAllAsync();
        var writes = _values[1].Writes();

        await AskAllAsync();

        Assert.Equal(writes, _values[1].Writes());

        async Task AskAllAsync()
        {
            for (var i = 0; i < 8; i++)
            {
                await app.Client.GetStringAsync($"/{i}/1", Token);
            }
        }
    }

    [Fact]
    public async Task Endpoints_ThatWereBuiltAnewManyTimes_StillKeepTheirBodies()
    {
        using var source = new LateSource();
        await using var app = await StartAsync(web =>
        {
            web.MapGet("/{id:int}", (int id) => _values[id] = new Written(id)).CacheWith<WrittenNode>();
            ((IEndpointRouteBuilder)web).DataSources.Add(source);
        });
        for (var i = 0; i < 10; i++)
        {
            await app.Client.GetStringAsync("/1", Token);
            source.Add($"/late{i}");
        }

        await app.Client.GetStringAsync("/1", Token);
        var writes = _values[1].Writes();

        await app.Client.GetStringAsync("/1", Token);
        await app.Client.GetStringAsync("/1", Token);

        Assert.Equal(writes, _values[1].Writes());
    }

    [Fact]
    public async Task JsonOptions_OfTheApplication_HoldForHitsToo()
    {
        await using var app = await StartWrittenAsync(services => services.ConfigureHttpJsonOptions(options => options.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseUpper));

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("""{"ID":1}""", await app.Client.GetStringAsync("/1", Token));
        }
    }

    [Fact]
    public async Task Limit_OfZero_KeepsNothingAndAnswersAllTheSame()
    {
        await using var app = await StartWrittenAsync(services => services.Configure<CachemeEndpointOptions>(options => options.BodySizeLimit = 0));

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("""{"id":1}""", await app.Client.GetStringAsync("/1", Token));
        }

        Assert.Equal((0, 3), (BytesOf(app), _values[1].Writes()));
    }

    [Fact]
    public async Task Value_ThatCannotBeWritten_FailsItsOwnRequestAndIsNotKept()
    {
        await using var app = await StartAsync(web => web.MapGet("/{id:int}", (int id) => new Unwritable(id)).CacheWith<UnwritableNode>(), services =>
            services.AddCacheme(cacheme => cacheme.AddNode<UnwritableNode>(policy => policy.Cache("local"))));

        for (var i = 0; i < 3; i++)
        {
            using var answer = await app.Client.GetAsync("/1", Token);
            Assert.Equal(500, (int)answer.StatusCode);
        }

        Assert.Equal(0, BytesOf(app));
    }

    [Fact]
    public async Task LargeBody_OfAClientThatReadsSlowly_IsNotHeldForHim()
    {
        const int room = 64 * 1024;
        var text = new string('x', 100 * room);
        var held = 0L;
        await using var app = await TestApp.StartAsync(
            web =>
            {
                web.Use(async (http, next) =>
                {
                    var body = http.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
                    var server = new Pipe(new PipeOptions(pauseWriterThreshold: room, resumeWriterThreshold: room / 2));
                    http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(server.Writer.AsStream(), body));
                    var answered = AnswerAsync(http, next, server.Writer);
                    for (var read = await server.Reader.ReadAsync(Token); !read.Buffer.IsEmpty; read = await server.Reader.ReadAsync(Token))
                    {
                        held = Math.Max(held, read.Buffer.Length);
                        foreach (var part in read.Buffer)
                        {
                            await body.Stream.WriteAsync(part, Token);
                        }

                        server.Reader.AdvanceTo(read.Buffer.End);
                    }

                    await answered;
                });
                if (IsEarly)
                {
                    web.UseCacheme();
                }

                web.MapGet("/{name}", (string name) => text).CacheWith<TextNode>();
            },
            isHttp2: IsHttp2);

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(text, await app.Client.GetStringAsync("/1", Token));
        }

        Assert.InRange(held, 1, 6 * room);

        static async Task AnswerAsync(HttpContext http, RequestDelegate next, PipeWriter server)
        {
            try
            {
                await next(http);
            }
            finally
            {
                await server.CompleteAsync();
            }
        }
    }

    private static long BytesOf(TestApp app) => app.Services.GetRequiredService<BodyLimit>().Bytes;

    private Task<TestApp> StartWrittenAsync(Action<IServiceCollection>? configure = null) => StartAsync(
        web => web.MapGet("/{id:int}", (int id) => _values[id] = new Written(id)).CacheWith<WrittenNode>(), configure);

    public sealed record UnwritableNode(int Id) : Node<Unwritable>
    {
        public override NodeKey Key => $"unwritable:{Id}";
    }

    public sealed class Unwritable(int id)
    {
        public int Id => id > 0 ? throw new InvalidDataException("cannot be written") : id;
    }
}
