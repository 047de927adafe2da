using System.Net;
using System.Security.Claims;
using Cacheme.AspNetCore.Tests.Callers;
using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

#pragma warning disable CA1822 // MVC's actions are instance methods.

namespace Cacheme.AspNetCore.Tests.Controllers;

/// <summary>Nothing that a controller answers one user or tenant ever reaches another.</summary>
public class ActionCallerTests : EndpointTests
{
    private const string Ada = "sub=ada;tid=one;plan=gold";
    private const string Bob = "sub=bob;tid=one;plan=gold";
    private const string Cyd = "sub=cyd;tid=two;plan=silver";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string, bool> Matrix => new()
    {
        { "/mine", Ada, Bob, false },
        { "/mine", Ada, Ada, true },
        { "/tenant", Ada, Bob, true },
        { "/tenant", Ada, Cyd, false },
        { "/plan", Ada, Bob, true },
        { "/plan", Ada, Cyd, false },
        { "/shared/1", Ada, Cyd, true },
    };

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task Action_AskedByTwo_SharesOnlyWhatItSays(string path, string first, string second, bool shares)
    {
        await using var app = await StartAsync(typeof(CallersController));

        var one = await GetAsync(app, path, first);
        var other = await GetAsync(app, path, second);

        Assert.Equal(shares, one == other);
        Assert.Equal(one, await GetAsync(app, path, first));
    }

    [Theory]
    [InlineData("/mine", "plan=gold")]
    [InlineData("/tenant", "sub=ada")]
    [InlineData("/plan", "sub=ada;plan=gold;plan=silver")]
    public async Task Caller_WhoLacksWhatTheEntriesVaryBy_IsNotCached(string path, string caller)
    {
        await using var app = await StartAsync(typeof(CallersController));

        Assert.NotEqual(await GetAsync(app, path, caller), await GetAsync(app, path, caller));
    }

    [Theory]
    [InlineData("/mine")]
    [InlineData("/shared/1")]
    public async Task Anonymous_IsRefusedOnAHitToo(string path)
    {
        await using var app = await StartAsync(typeof(CallersController));
        await GetAsync(app, path, Ada);

        using var answer = await app.Client.GetAsync(path, Token);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task OpenAction_ThatDoesNotSayWhose_IsNotCachedForAuthenticatedCallers()
    {
        await using var app = await StartAsync(typeof(OpenController));

        Assert.NotEqual(await GetAsync(app, "/open/1", Ada), await GetAsync(app, "/open/1", Ada));
        Assert.Equal(await app.Client.GetStringAsync("/open/1", Token), await app.Client.GetStringAsync("/open/1", Token));
    }

    [Theory]
    [InlineData(typeof(SilentController))]
    [InlineData(typeof(SilentFilterController))]
    public async Task Authorization_WithoutAChoice_RefusesTheStart(Type controller)
    {
        var refusal = await Assert.ThrowsAsync<CachemeSetupException>(() => StartAsync(controller));

        Assert.Contains("it asks for authorization, and does not say whose its entries are. Say [CacheWith<UserNode>(VaryByUser = true)]", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Authorization_OfAllActionsByAFilter_RefusesTheStartToo() => await Assert.ThrowsAsync<CachemeSetupException>(() => StartAsync(
        web => web.MapControllers().CacheWith<UserNode>(),
        services => OnlyControllers.Add(services, typeof(PlainController)).AddMvcOptions(options => options.Filters.Add(new Microsoft.AspNetCore.Mvc.Authorization.AuthorizeFilter("any")))));

    private static async Task<string> GetAsync(TestApp app, string path, string caller)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add(HeaderAuthentication.Header, caller);
        using var answer = await app.Client.SendAsync(request, Token);
        return await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Token);
    }

    private Task<TestApp> StartAsync(Type controller) => TestApp.StartAsync(
        web =>
        {
            web.UseAuthentication();
            web.UseAuthorization();
            if (IsEarly)
            {
                web.UseCacheme();
            }

            web.MapControllers();
        },
        services =>
        {
            OnlyControllers.Add(services, controller);
            services.AddAuthentication(HeaderAuthentication.SchemeName).AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>(HeaderAuthentication.SchemeName, null);
            services.AddAuthorization();
        });

    [ApiController]
    [Authorize]
    internal sealed class CallersController(Counter runs) : ControllerBase
    {
        [HttpGet("/mine")]
        [CacheWith<UserOrdersNode>(VaryByUser = true)]
        public string Mine() => Answer();

        [HttpGet("/tenant")]
        [CacheForTenant]
        public ActionResult<string> Tenant() => Answer();

        [HttpGet("/plan")]
        [CacheWith<PlainPlanNode>(VaryByClaims = ["plan"])]
        public IActionResult Plan() => Ok(Answer());

        [HttpGet("/shared/{userId:int}")]
        [CacheWith<UserNode>(Shared = true)]
        public User Shared(int userId) => new(userId, $"run {runs.Next()}");

        private string Answer() => $"{User.FindFirstValue("sub")} {runs.Next()}";
    }

    [ApiController]
    internal sealed class OpenController(Counter runs) : ControllerBase
    {
        [HttpGet("/open/{userId:int}")]
        [CacheWith<UserNode>]
        public User Get(int userId) => new(userId, $"run {runs.Next()}");
    }

    [Authorize]
    internal sealed class SilentController : ControllerBase
    {
        [HttpGet("/silent/{userId:int}")]
        [CacheWith<UserNode>]
        public User Get(int userId) => new(userId, "Ada");
    }

    internal sealed class SilentFilterController : ControllerBase
    {
        [HttpGet("/silent/{userId:int}")]
        [CacheWith<UserNode>]
        [TypeFilter<ActionFilterTests.KeyFilter>]
        public User Get(int userId) => new(userId, "Ada");
    }

    internal sealed class PlainController : ControllerBase
    {
        [HttpGet("/plain/{userId:int}")]
        public User Get(int userId) => new(userId, "Ada");
    }

    private sealed class CacheForTenantAttribute : CacheWithAttribute<TenantOrdersNode>
    {
        protected override void Configure(NodeEndpointOptions options)
        {
            base.Configure(options);
            options.VaryByTenant(static http => http.User.FindFirstValue("tid"));
        }
    }
}
