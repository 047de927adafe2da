using System.Globalization;
using System.Security.Claims;
using Cacheme.AspNetCore.Tests.Callers;
using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Tests.Middleware;

/// <summary>What stands before and after UseCacheme: in whatever order, nobody gets what is another's.</summary>
public sealed class PipelineOrderTests
{
    private readonly Counter _runs = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task UseCacheme_BeforeAuthentication_GivesNobodysAnswerToAnother()
    {
        await using var app = await StartAsync(
            web =>
            {
                web.UseCacheme();
                web.UseAuthentication();
                web.MapGet("/home/{name}", (string name, IHttpContextAccessor accessor) => $"Hello {accessor.HttpContext!.User.FindFirstValue("sub") ?? "stranger"}").CacheWith<TextNode>();
            });

        Assert.Equal("Hello ada", await ReadAsync(app, "/home/x", "sub=ada"));
        Assert.Equal("Hello bob", await ReadAsync(app, "/home/x", "sub=bob"));
        Assert.Equal("Hello stranger", await ReadAsync(app, "/home/x", null));
    }

    [Fact]
    public async Task MiddlewareAfterUseCacheme_ThatChangesTheUser_StoresNothingUnderTheFirst()
    {
        await using var app = await StartAsync(
            web =>
            {
                web.UseAuthentication();
                web.UseAuthorization();
                web.UseCacheme();
                web.Use((http, next) =>
                {
                    if (http.Request.Headers["X-As"] is [{ } other])
                    {
                        http.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", other)], "as"));
                    }

                    return next(http);
                });
                web.MapGet("/mine", (ClaimsPrincipal user) => $"of {user.FindFirstValue("sub")}").RequireAuthorization().CacheWith<UserOrdersNode>(options => options.VaryByUser());
            });

        Assert.Equal("of bob", await ReadAsync(app, "/mine", "sub=ada", ("X-As", "bob")));
        Assert.Equal("of ada", await ReadAsync(app, "/mine", "sub=ada"));
    }

    [Fact]
    public async Task UseCacheme_BeforeRequestLocalization_StoresNothingUnderAnotherCulture()
    {
        await using var app = await StartAsync(
            web =>
            {
                web.UseCacheme();
                web.UseRequestLocalization("en", "de");
                web.MapGet("/home", () => CultureInfo.CurrentUICulture.Name).CacheWith<HomeNode>(options => options.Shared().Map("culture", _ => CultureInfo.CurrentUICulture.Name));
            });

        Assert.Equal("de", await ReadAsync(app, "/home", null, ("Accept-Language", "de")));
        Assert.Equal("en", await ReadAsync(app, "/home", null, ("Accept-Language", "en")));
    }

    [Fact]
    public async Task MiddlewareAfterUseCacheme_ThatChangesTheQuery_StoresNothingUnderTheOldOne()
    {
        await using var app = await StartAsync(
            web =>
            {
                web.UseCacheme();
                web.Use((http, next) =>
                {
                    if (http.Request.Headers["X-Name"] is [{ } name])
                    {
                        http.Request.QueryString = new QueryString($"?name={name}");
                    }

                    return next(http);
                });
                web.MapGet("/x", (string name) => name).CacheWith<TextNode>();
            });

        Assert.Equal("other", await ReadAsync(app, "/x?name=own", null, ("X-Name", "other")));
        Assert.Equal("own", await ReadAsync(app, "/x?name=own", null));
    }

    [Fact]
    public async Task UseCacheme_BeforeRouting_StepsAside()
    {
        await using var app = await StartAsync(
            web =>
            {
                web.UseCacheme();
                web.UseRouting();
                web.MapGet("/users/{userId:int}", Next).CacheWith<UserNode>();
            });

        Assert.Equal(await ReadAsync(app, "/users/1", null), await ReadAsync(app, "/users/1", null));
    }

    [Fact]
    public async Task UseCacheme_BeforeAuthorization_WithVaryByUser_KeepsUsersApart()
    {
        await using var app = await StartAsync(
            web =>
            {
                web.UseCacheme();
                web.UseAuthentication();
                web.UseAuthorization();
                web.MapGet("/mine", (ClaimsPrincipal user) => $"of {user.FindFirstValue("sub")}").RequireAuthorization().CacheWith<UserOrdersNode>(options => options.VaryByUser());
                web.MapGet("/all/{userId:int}", Next).RequireAuthorization().CacheWith<UserNode>(options => options.Shared());
            });

        Assert.Equal("of ada", await ReadAsync(app, "/mine", "sub=ada"));
        Assert.Equal("of bob", await ReadAsync(app, "/mine", "sub=bob"));
        await ReadAsync(app, "/all/1", "sub=bob");
        Assert.Equal("401", (await ReadAsync(app, "/all/1", null))[..3]);
    }

    [Fact]
    public async Task NodeOfItsOwn_InACachedGroup_IsAnsweredEarlyToo()
    {
        var scoped = new Counter();
        await using var app = await StartAsync(
            web =>
            {
                web.UseCacheme();
                web.MapGroup("/g").CacheWith<UserNode>().MapGet("/{userId:int}", (int userId, Scoped service) => Next(userId)).CacheWith<MinuteUserNode>();
            },
            services => services.AddScoped(_ => new Scoped(scoped)));

        for (var i = 0; i < 3; i++)
        {
            await ReadAsync(app, "/g/1", null);
        }

        Assert.Equal((1, 1), (_runs.Count, scoped.Count));
    }

    [Fact]
    public async Task NestedGroups_OfTwoNodes_TheInnerOneCountsAndIsAnsweredEarly()
    {
        var scoped = new Counter();
        await using var app = await StartAsync(
            web =>
            {
                web.UseCacheme();
                web.MapGroup("/g").CacheWith<UserNode>().MapGroup("/h").CacheWith<MinuteUserNode>().MapGet("/{userId:int}", (int userId, Scoped service) => Next(userId));
            },
            services => services.AddScoped(_ => new Scoped(scoped)));

        for (var i = 0; i < 3; i++)
        {
            await ReadAsync(app, "/g/h/1", null);
        }

        Assert.Equal((1, 1), (_runs.Count, scoped.Count));
        Assert.Equal(3, app.Services.GetRequiredService<ICacheme>().Stats<MinuteUserNode>().RequestCount);
    }

    [Fact]
    public async Task MiddlewareBetween_ThatTriesAgain_GetsTheSecondAnswer()
    {
        await using var app = await StartAsync(web =>
        {
            web.UseCacheme();
            web.Use(async (http, next) =>
            {
                try
                {
                    await next(http);
                }
                catch (InvalidOperationException)
                {
                    await next(http);
                }
            });
            web.MapGet("/u/{userId:int}", User (int userId) => _runs.Next() == 1 ? throw new InvalidOperationException() : new User(userId, "second")).CacheWith<UserNode>();
        });

        Assert.Contains("second", await ReadAsync(app, "/u/1", null), StringComparison.Ordinal);
        Assert.Contains("second", await ReadAsync(app, "/u/1", null), StringComparison.Ordinal);
    }

    private static async Task<string> ReadAsync(TestApp app, string path, string? caller, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (caller is not null)
        {
            request.Headers.Add(HeaderAuthentication.Header, caller);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        using var answer = await app.Client.SendAsync(request, Token);
        return $"{(answer.IsSuccessStatusCode ? "" : (int)answer.StatusCode)}{await answer.Content.ReadAsStringAsync(Token)}";
    }

    private static Task<TestApp> StartAsync(Action<WebApplication> map, Action<IServiceCollection>? configure = null) => TestApp.StartAsync(map, services =>
    {
        services.AddAuthentication(HeaderAuthentication.SchemeName).AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>(HeaderAuthentication.SchemeName, null);
        services.AddAuthorization();
        services.AddLocalization();
        services.AddHttpContextAccessor();
        services.AddCacheme(cacheme => cacheme.AddNode<HomeNode>());
        configure?.Invoke(services);
    });

    private User Next(int userId) => new(userId, $"run {_runs.Next()}");

    private sealed class Scoped
    {
        public Scoped(Counter counter) => counter.Next();
    }
}
