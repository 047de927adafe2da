using System.Net;
using System.Security.Claims;
using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Tests.Callers;

/// <summary>Nothing of one user or tenant ever reaches another: whose an entry is stands in its key, and who cannot be told is not cached.</summary>
public class CallerTests : EndpointTests
{
    private const string Ada = "sub=ada;tid=7d7b7a60-7f7c-4a7e-9b0e-000000000001;plan=gold;role=admin;role=editor";
    private const string Bob = "sub=bob;tid=7d7b7a60-7f7c-4a7e-9b0e-000000000001;plan=gold;role=editor;role=admin";
    private const string Cyd = "sub=cyd;tid=7d7b7a60-7f7c-4a7e-9b0e-000000000002;plan=gold;role=admin";

    private readonly Counter _runs = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string, bool> Matrix => new()
    {
        // Path, two callers, and whether they share an answer.
        { "/mine", Ada, Bob, false },
        { "/mine", Ada, Ada, true },
        { "/mine", Ada, Cyd, false },
        { "/tenant", Ada, Bob, true },
        { "/tenant", Ada, Cyd, false },
        { "/tenant", Bob, Cyd, false },
        { "/plan", Ada, Bob, true }, // the same roles, in another order
        { "/plan", Ada, Cyd, false },
        { "/shared/1", Ada, Cyd, true },
        { "/shared/1", Ada, "sub=", true },
    };

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task Endpoint_AskedByTwo_SharesOnlyWhatItSays(string path, string first, string second, bool shares)
    {
        await using var app = await StartCallersAsync();

        var one = await GetAsync(app, path, first);
        var other = await GetAsync(app, path, second);
        var again = await GetAsync(app, path, first);

        Assert.Equal(shares, one == other);
        Assert.Equal(one, again);
        Assert.Equal(shares ? 1 : 2, _runs.Count);
    }

    [Theory]
    [InlineData("/mine?userId=bob")]
    [InlineData("/tenant?tenantId=7d7b7a60-7f7c-4a7e-9b0e-000000000002")]
    [InlineData("/plan?plan=silver&roles=root")]
    public async Task Caller_WhoNamesAnotherInTheQuery_GetsHisOwn(string path)
    {
        await using var app = await StartCallersAsync();

        var own = await GetAsync(app, path.Split('?')[0], Ada);

        Assert.Equal(own, await GetAsync(app, path, Ada));
        Assert.Equal(1, _runs.Count);
    }

    [Theory]
    [InlineData("/mine", "plan=gold")]
    [InlineData("/mine", "sub=")]
    [InlineData("/mine", "plan=gold;?sub=ada")]
    [InlineData("/mine", "sub=ada;sub=bob")]
    [InlineData("/tenant", "sub=ada")]
    [InlineData("/tenant", "sub=ada;tid=")]
    [InlineData("/plan", "sub=ada;tid=7d7b7a60-7f7c-4a7e-9b0e-000000000001;plan=gold")]
    [InlineData("/plan", "sub=ada;tid=nobody;plan=gold;role=admin")]
    [InlineData("/plan", "sub=ada;tid=7d7b7a60-7f7c-4a7e-9b0e-000000000001;plan=gold;plan=silver;role=admin")]
    public async Task Caller_WhoLacksWhatTheEntriesVaryBy_IsNotCached(string path, string caller)
    {
        await using var app = await StartCallersAsync();

        var first = await GetAsync(app, path, caller);
        var second = await GetAsync(app, path, caller);

        Assert.NotEqual(first, second);
    }

    [Theory]
    [InlineData("/mine")]
    [InlineData("/tenant")]
    [InlineData("/shared/1")]
    public async Task Anonymous_IsRefusedOnAHitToo(string path)
    {
        await using var app = await StartCallersAsync();
        await GetAsync(app, path, Ada);

        using var answer = await app.Client.GetAsync(path, Token);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Invalidate_OfOneUser_LeavesTheOthers()
    {
        await using var app = await StartCallersAsync();
        var (ada, bob) = (await GetAsync(app, "/mine", Ada), await GetAsync(app, "/mine", Bob));

        await app.Services.GetRequiredService<ICacheme>().InvalidateAsync(new UserOrdersNode("ada"), Token);

        Assert.NotEqual(ada, await GetAsync(app, "/mine", Ada));
        Assert.Equal(bob, await GetAsync(app, "/mine", Bob));
    }

    [Fact]
    public async Task OpenEndpoint_ThatSaysShared_AnswersAuthenticatedCallersToo()
    {
        await using var app = await StartCallersAsync();

        Assert.Equal(await GetAsync(app, "/open/1", Ada), await GetAsync(app, "/open/1", Bob));
    }

    [Fact]
    public async Task Key_ThatForgetsWhoAsks_IsRefusedBeforeAnythingIsCached()
    {
        await using var app = await StartCallersAsync();

        var answers = new List<HttpStatusCode>();
        foreach (var caller in (string[])[Ada, Ada, Bob])
        {
            using var answer = await SendAsync(app, "/forgetful", caller);
            answers.Add(answer.StatusCode);
        }

        Assert.All(answers, static status => Assert.Equal(HttpStatusCode.InternalServerError, status));
        Assert.Equal(0, _runs.Count);
    }

    [Fact]
    public async Task MaxAge_OfWhatIsOneCallers_VariesByWhatTellsCallersApart()
    {
        await using var app = await StartCallersAsync();

        using var answer = await SendAsync(app, "/kept", Ada);

        Assert.Equal(["Authorization", "Cookie"], answer.Headers.Vary);
        Assert.Equal(true, answer.Headers.CacheControl?.Private);
    }

    public static TheoryData<string, Action<NodeEndpointOptions>, string> Wrong => new()
    {
        { "no such parameter", options => options.VaryByUser("owner"), "'owner' is to be the user, and UserOrdersNode(UserId, Page) does not have it" },
        { "both", options => options.VaryByUser().Shared(), "its options say Shared() and that its entries vary" },
        { "public", options => options.VaryByUser().PublicMaxAge(), "its options say PublicMaxAge() and that its entries vary" },
        { "type", options => options.VaryByUser().Map("page", _ => 1.5), "the node's 'Page' is Int32, and the mapped value is Double" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Options_ThatCannotHold_RefuseTheStart(string what, Action<NodeEndpointOptions> configure, string reason)
    {
        var refusal = await Assert.ThrowsAsync<CachemeSetupException>(() => StartAsync(web => web.MapGet("/mine", () => what).CacheWith<UserOrdersNode>(configure)));

        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    private static async Task<string> GetAsync(TestApp app, string path, string caller)
    {
        using var answer = await SendAsync(app, path, caller);
        return await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Token);
    }

    private static async Task<HttpResponseMessage> SendAsync(TestApp app, string path, string caller)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add(HeaderAuthentication.Header, caller);
        return await app.Client.SendAsync(request, Token);
    }

    private Task<TestApp> StartCallersAsync() => TestApp.StartAsync(
        web =>
        {
            web.UseAuthentication();
            web.UseAuthorization();
            if (IsEarly)
            {
                web.UseCacheme();
            }

            var closed = web.MapGroup("").RequireAuthorization();
            closed.MapGet("/mine", (ClaimsPrincipal user) => Answer(user)).CacheWith<UserOrdersNode>(options => options.VaryByUser());
            closed.MapGet("/kept", (ClaimsPrincipal user) => Answer(user)).CacheWith<UserOrdersNode>(options => options.VaryByUser().MaxAge(TimeSpan.FromMinutes(1)));
            closed.MapGet("/forgetful", (ClaimsPrincipal user) => Answer(user)).CacheWith<ForgetfulNode>(options => options.VaryByUser());
            closed.MapGet("/tenant", (HttpContext http) => Answer(http.User))
                .CacheWith<TenantOrdersNode>(options => options.Ignore("http").VaryByTenant(static http => http.User.FindFirstValue("tid")));
            closed.MapGet("/plan", (HttpContext http) => Answer(http.User))
                .CacheWith<PlanNode>(options => options.Ignore("http").VaryByTenant(static http => http.User.FindFirstValue("tid")).VaryByClaim("plan").VaryByClaim("role", "roles"));
            closed.MapGet("/shared/{userId:int}", (int userId) => new User(userId, $"run {_runs.Next()}")).CacheWith<UserNode>(options => options.Shared());
            web.MapGet("/open/{userId:int}", (int userId) => new User(userId, $"run {_runs.Next()}")).CacheWith<UserNode>(options => options.Shared());
        },
        services =>
        {
            services.AddAuthentication(HeaderAuthentication.SchemeName).AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>(HeaderAuthentication.SchemeName, null);
            services.AddAuthorization();
        },
        IsHttp2);

    private string Answer(ClaimsPrincipal user) => $"{user.FindFirstValue("sub")} {_runs.Next()}";
}
