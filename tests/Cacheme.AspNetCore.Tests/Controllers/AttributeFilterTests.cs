using System.Net;
using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cacheme.AspNetCore.Tests.Controllers;

/// <summary>An attribute that nothing answers says so; it never just does nothing.</summary>
public sealed class AttributeFilterTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Attribute_WithoutAddCacheme_SaysWhatIsMissing()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        OnlyControllers.Add(builder.Services, typeof(CachedController));
        await using var app = builder.Build();
        var seen = default(Exception);
        app.Use(async (http, next) =>
        {
            seen = await Record.ExceptionAsync(() => next(http));
            http.Response.StatusCode = StatusCodes.Status500InternalServerError;
        });
        app.MapControllers();
        await app.StartAsync(Token);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        using var answer = await client.GetAsync("/attribute/1", Token);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal(
            "[CacheWith<UserNode>] finds no cache. Say builder.Services.AddCacheme(cacheme => cacheme.AddNode<UserNode>()).",
            Assert.IsType<CachemeSetupException>(seen).Message);
    }

    [Fact]
    public async Task RazorPage_WithTheAttribute_RefusesTheStart()
    {
        var refusal = await Assert.ThrowsAsync<CachemeSetupException>(() => TestApp.StartAsync(
            static web => web.MapRazorPages(),
            static services => services.AddRazorPages(pages => pages.RootDirectory = "/Controllers/Pages").AddApplicationPart(typeof(AttributeFilterTests).Assembly)));

        Assert.Equal(
            "The endpoint '/Cached' cannot be cached with UserNode: [CacheWith] is for controllers and their actions. Say .CacheWith<UserNode>() on the endpoint.",
            refusal.Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DerivedAttribute_ThatIsAFilter_RunsOnAHitToo(bool isEarly)
    {
        await using var app = await TestApp.StartAsync(
            web =>
            {
                if (isEarly)
                {
                    web.UseCacheme();
                }

                web.MapControllers();
            },
            static services => OnlyControllers.Add(services, typeof(CachedController)));

        var first = await app.Client.GetStringAsync("/guarded/1", Token);
        var second = await app.Client.GetStringAsync("/guarded/1", Token);
        using var refused = await app.Client.GetAsync("/guarded/1?refuse=yes", Token);

        Assert.Equal((first, HttpStatusCode.Forbidden), (second, refused.StatusCode));
    }

    [ApiController]
    internal sealed class CachedController(Counter runs) : ControllerBase
    {
        [HttpGet("attribute/{userId}")]
        [CacheWith<UserNode>]
        public User Get(int userId) => new(userId, $"run {runs.Next()}");

        [HttpGet("guarded/{userId}")]
        [GuardedCacheWith]
        public User GetGuarded(int userId) => new(userId, $"run {runs.Next()}");
    }

    private sealed class GuardedCacheWithAttribute : CacheWithAttribute<UserNode>, IActionFilter
    {
        public void OnActionExecuting(ActionExecutingContext context)
        {
            if (context.HttpContext.Request.Query.ContainsKey("refuse"))
            {
                context.Result = new StatusCodeResult(StatusCodes.Status403Forbidden);
            }
        }

        public void OnActionExecuted(ActionExecutedContext context)
        {
        }
    }
}

/// <summary>A page's model that the attribute cannot serve.</summary>
[CacheWith<UserNode>]
public sealed class CachedPageModel : PageModel;
