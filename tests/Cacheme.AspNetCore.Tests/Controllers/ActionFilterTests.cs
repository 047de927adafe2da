using System.Net;
using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Tests.Controllers;

/// <summary>No filter that may be a guard is passed by.</summary>
public class ActionFilterTests : EndpointTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/action/1")]
    [InlineData("/late/1")]
    [InlineData("/resource/1")]
    [InlineData("/authorization/1")]
    [InlineData("/self/1")]
    public async Task Filter_RunsOnAHitToo(string path)
    {
        await using var app = await StartAsync(typeof(GuardedController), typeof(SelfGuardedController));
        using var first = await GetAsync(app, path, "open");
        using var second = await GetAsync(app, path, "open");

        using var refused = await GetAsync(app, path, "wrong");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Forbidden), (second.StatusCode, refused.StatusCode));
        Assert.Equal(1, app.Services.GetRequiredService<Counter>().Count);
    }

    [Fact]
    public async Task Filter_OfAllActions_RunsOnAHitToo()
    {
        await using var app = await StartAsync(
            web => web.MapControllers(),
            services => OnlyControllers.Add(services, typeof(GuardedController)).AddMvcOptions(options => options.Filters.Add(new GuardAttribute())));
        using var first = await GetAsync(app, "/open/1", "open");

        using var refused = await GetAsync(app, "/open/1", "wrong");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Forbidden), (first.StatusCode, refused.StatusCode));
    }

    [Fact]
    public async Task EndpointFilter_WhichWouldRunInside_RefusesTheStart()
    {
        var refusal = await Assert.ThrowsAsync<CachemeSetupException>(() => StartAsync(
            web => web.MapControllers().AddEndpointFilter((context, next) => next(context)),
            services => OnlyControllers.Add(services, typeof(GuardedController))));

        Assert.Contains("it has an endpoint filter, which runs inside of MVC's own", refusal.Message, StringComparison.Ordinal);
    }

    // What a factory makes is seen at the first request only: until then it may be one that authorizes.
    [Fact]
    public async Task FilterFactoryOfTheApplication_MustSayWhoseItsEntriesAre()
    {
        var refusal = await Assert.ThrowsAsync<CachemeSetupException>(() => StartAsync(typeof(FactoryController)));

        Assert.Contains("VaryByUser", refusal.Message, StringComparison.Ordinal);
        await using var app = await StartAsync(typeof(SharedFactoryController));
        using var refused = await GetAsync(app, "/factory/1", "wrong");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    private Task<TestApp> StartAsync(params Type[] controllers) => StartAsync(web => web.MapControllers(), services => OnlyControllers.Add(services, controllers));

    private static async Task<HttpResponseMessage> GetAsync(TestApp app, string path, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("X-Key", key);
        return await app.Client.SendAsync(request, Token);
    }

    private static bool IsRefused(HttpContext http) => http.Request.Headers["X-Key"] != "open";

    internal sealed class KeyFilter : IAuthorizationFilter
    {
        public void OnAuthorization(AuthorizationFilterContext context)
        {
            if (IsRefused(context.HttpContext))
            {
                context.Result = new StatusCodeResult(StatusCodes.Status403Forbidden);
            }
        }
    }

    [ApiController]
    internal sealed class GuardedController(Counter runs) : ControllerBase
    {
        [HttpGet("/open/{userId:int}")]
        [CacheWith<UserNode>]
        public User Open(int userId) => Next(userId);

        [HttpGet("/action/{userId:int}")]
        [Guard]
        [CacheWith<UserNode>]
        public User Acting(int userId) => Next(userId);

        [HttpGet("/late/{userId:int}")]
        [Guard(Order = int.MaxValue)]
        [CacheWith<UserNode>]
        public User Late(int userId) => Next(userId);

        [HttpGet("/resource/{userId:int}")]
        [ResourceGuard]
        [CacheWith<UserNode>]
        public User Resource(int userId) => Next(userId);

        [HttpGet("/authorization/{userId:int}")]
        [TypeFilter<KeyFilter>]
        [CacheWith<UserNode>(Shared = true)]
        public User Authorized(int userId) => Next(userId);

        private User Next(int userId) => new(userId, $"run {runs.Next()}");
    }

    /// <summary>A controller that is its own filter.</summary>
    [CacheWith<UserNode>]
    internal sealed class SelfGuardedController(Counter runs) : ControllerBase, IActionFilter
    {
        [HttpGet("/self/{userId:int}")]
        public User Get([FromRoute] int userId) => new(userId, $"run {runs.Next()}");

        [NonAction]
        public void OnActionExecuting(ActionExecutingContext context) => new GuardAttribute().OnActionExecuting(context);

        [NonAction]
        public void OnActionExecuted(ActionExecutedContext context)
        {
        }
    }

    internal sealed class FactoryController(Counter runs) : ControllerBase
    {
        [HttpGet("/factory/{userId:int}")]
        [KeyMade]
        [CacheWith<UserNode>]
        public User Get(int userId) => new(userId, $"run {runs.Next()}");
    }

    internal sealed class SharedFactoryController(Counter runs) : ControllerBase
    {
        [HttpGet("/factory/{userId:int}")]
        [KeyMade]
        [CacheWith<UserNode>(Shared = true)]
        public User Get(int userId) => new(userId, $"run {runs.Next()}");
    }

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class KeyMadeAttribute : Attribute, IFilterFactory
    {
        public bool IsReusable => true;

        public IFilterMetadata CreateInstance(IServiceProvider serviceProvider) => new KeyFilter();
    }

    private sealed class GuardAttribute : ActionFilterAttribute
    {
        public override void OnActionExecuting(ActionExecutingContext context)
        {
            if (IsRefused(context.HttpContext))
            {
                context.Result = new StatusCodeResult(StatusCodes.Status403Forbidden);
            }
        }
    }

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class ResourceGuardAttribute : Attribute, IResourceFilter
    {
        public void OnResourceExecuting(ResourceExecutingContext context)
        {
            if (IsRefused(context.HttpContext))
            {
                context.Result = new StatusCodeResult(StatusCodes.Status403Forbidden);
            }
        }

        public void OnResourceExecuted(ResourceExecutedContext context)
        {
        }
    }
}
