using System.Net;
using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Tests.Controllers;

/// <summary>What an action does to its own request beside returning a value, and values that cannot be given to others: none of it is stored.</summary>
public class ActionEffectTests : EndpointTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/nostore/1")] // [ResponseCache] says it before the action
    [InlineData("/plain/1?nostore=middleware")]
    public async Task ResponseThatIsNotToBeStored_IsNot(string path)
    {
        await using var app = await StartAsync();

        using var first = await app.Client.GetAsync(path, Token);
        using var second = await app.Client.GetAsync(path, Token);

        Assert.True(second.Headers.CacheControl?.NoStore);
        Assert.Equal("Cacheme; fwd=bypass; detail=no-store", second.Headers.GetValues("Cache-Status").Single());
        Assert.NotEqual(await first.Content.ReadAsStringAsync(Token), await second.Content.ReadAsStringAsync(Token));
    }

    [Theory]
    [InlineData("/session/1", "session")]
    [InlineData("/tempdata/1", "session")]
    [InlineData("/late-cookie/1", "headers")]
    public async Task CookieThatComesWhenTheResponseStarts_IsOfItsRequestOnly(string path, string detail)
    {
        await using var app = await StartAsync();

        using var first = await app.Client.GetAsync(path, Token);
        using var second = await app.Client.GetAsync(path, Token);

        Assert.True(first.Headers.Contains("Set-Cookie"));
        Assert.True(second.Headers.Contains("Set-Cookie"));
        Assert.Equal($"Cacheme; fwd=miss; detail={detail}", second.Headers.GetValues("Cache-Status").Single());
        Assert.NotEqual(await first.Content.ReadAsStringAsync(Token), await second.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task SessionThatIsReadOnly_IsOfItsCallerToo()
    {
        await using var app = await StartAsync();

        Assert.NotEqual(await app.Client.GetStringAsync("/session-read/1", Token), await app.Client.GetStringAsync("/session-read/1", Token));
    }

    [Theory]
    [InlineData("/problem-plain/1")]
    [InlineData("/problem-object/1")]
    public async Task ProblemAsAValue_IsNotStored(string path)
    {
        await using var app = await StartAsync();

        using var first = await app.Client.GetAsync(path, Token);
        using var second = await app.Client.GetAsync(path, Token);

        Assert.Equal(HttpStatusCode.InternalServerError, first.StatusCode);
        Assert.NotEqual(await first.Content.ReadAsStringAsync(Token), await second.Content.ReadAsStringAsync(Token));
    }

    // Its items would be made again with the services of a request that has long ended.
    [Fact]
    public async Task SequenceThatIsMadeWhileItIsWritten_IsNotStored()
    {
        await using var app = await StartAsync();

        foreach (var accept in (string[])["application/json", "text/json", "application/json", "application/*+json"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/lazy/1");
            request.Headers.Add("Accept", accept);
            using var answer = await app.Client.SendAsync(request, Token);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task NodeOfAStream_RefusesTheStart()
    {
        var refusal = await Assert.ThrowsAsync<CachemeSetupException>(() => StartAsync(
            static web => web.MapControllers(),
            static services =>
            {
                services.AddCacheme(static cacheme => cacheme.AddNode<AsyncNode>());
                OnlyControllers.Add(services, typeof(StreamingController));
            }));

        Assert.Contains("its value is IAsyncEnumerable<Int32>, which is made while it is written and cannot be kept. Give the node a list or an array.", refusal.Message, StringComparison.Ordinal);
    }

    private Task<TestApp> StartAsync() => TestApp.StartAsync(
        web =>
        {
            web.Use(static (http, next) =>
            {
                if (http.Request.Query["nostore"] == "middleware")
                {
                    http.Response.Headers.CacheControl = "no-store";
                }

                return next(http);
            });
            web.UseSession();
            if (IsEarly)
            {
                web.UseCacheme();
            }

            web.MapControllers();
        },
        static services =>
        {
            services.AddScoped<Scoped>().AddDistributedMemoryCache().AddSession();
            services.AddControllersWithViews();
            services.AddCacheme(static cacheme => cacheme.AddNode<AnyNode>().AddNode<LazyNode>());
            OnlyControllers.Add(services, typeof(EffectsController), typeof(SessionController)).AddXmlSerializerFormatters();
        },
        IsHttp2);

    internal sealed class Scoped : IDisposable
    {
        private bool _isGone;

        public int Number => _isGone ? throw new ObjectDisposedException(nameof(Scoped)) : 1;

        public void Dispose() => _isGone = true;
    }

    [ApiController]
    internal sealed class EffectsController(Counter runs) : ControllerBase
    {
        [HttpGet("/plain/{userId:int}")]
        [CacheWith<UserNode>]
        public User Plain(int userId) => Next(userId);

        [HttpGet("/nostore/{userId:int}")]
        [ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
        [CacheWith<UserNode>]
        public User NoStore(int userId) => Next(userId);

        [HttpGet("/late-cookie/{userId:int}")]
        [CacheWith<UserNode>]
        public User LateCookie(int userId)
        {
            Response.OnStarting(() =>
            {
                Response.Cookies.Append("seen", "yes");
                return Task.CompletedTask;
            });
            return Next(userId);
        }

        [HttpGet("/problem-plain/{id:int}")]
        [CacheWith<AnyNode>]
        public object PlainProblem(int id) => new ProblemDetails { Status = 500, Title = $"run {runs.Next()} of {id}" };

        [HttpGet("/problem-object/{id:int}")]
        [CacheWith<AnyNode>]
        public IActionResult ObjectProblem(int id) => new ObjectResult(new ProblemDetails { Status = 500, Title = $"run {runs.Next()} of {id}" });

        [HttpGet("/lazy/{id:int}")]
        [CacheWith<LazyNode>]
        public IEnumerable<int> Lazy(int id, [FromServices] Scoped scoped) => Enumerable.Range(1, 3).Select(number => number + id + scoped.Number + (0 * runs.Count));

        private User Next(int userId) => new(userId, $"run {runs.Next()}");
    }

    internal sealed class SessionController(Counter runs) : Controller
    {
        [HttpGet("/session/{userId:int}")]
        [CacheWith<UserNode>]
        public User Writing(int userId)
        {
            HttpContext.Session.Set("seen", [1]);
            return Next(userId);
        }

        [HttpGet("/session-read/{userId:int}")]
        [CacheWith<UserNode>]
        public User Reading(int userId)
        {
            HttpContext.Session.TryGetValue("seen", out _);
            return Next(userId);
        }

        [HttpGet("/tempdata/{userId:int}")]
        [CacheWith<UserNode>]
        public User OfTempData(int userId)
        {
            TempData["seen"] = userId;
            return Next(userId);
        }

        private User Next(int userId) => new(userId, $"run {runs.Next()}");
    }

    internal sealed class StreamingController(Counter runs) : ControllerBase
    {
        [HttpGet("/async/{id:int}")]
        [CacheWith<AsyncNode>]
        public async IAsyncEnumerable<int> Streamed(int id)
        {
            await Task.Yield();
            yield return id + runs.Next();
        }
    }

    internal sealed record AnyNode(int Id) : Node<object>, INodePolicy
    {
        public override NodeKey Key => $"any:{Id}";

        public static void Configure(NodePolicyBuilder policy) => policy.Cache("local");
    }

    internal sealed record AsyncNode(int Id) : Node<IAsyncEnumerable<int>>, INodePolicy
    {
        public override NodeKey Key => $"async:{Id}";

        public static void Configure(NodePolicyBuilder policy) => policy.Cache("local");
    }

    internal sealed record LazyNode(int Id) : Node<IEnumerable<int>>, INodePolicy
    {
        public override NodeKey Key => $"lazy:{Id}";

        public static void Configure(NodePolicyBuilder policy) => policy.Cache("local");
    }
}
