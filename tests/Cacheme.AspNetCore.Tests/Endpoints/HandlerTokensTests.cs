using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore.Tests.Endpoints;

public class HandlerTokensTests : EndpointTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Handler_WhileItRuns_FindsTheFlightsTokenEverywhereAndTheRequestsOneAfter()
    {
        CancellationToken before = default, argument = default, context = default, member = default;
        var after = new TaskCompletionSource<CancellationToken>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await StartAsync(web =>
        {
            web.Use(async (http, next) =>
            {
                before = http.RequestAborted;
                await next(http);
                after.SetResult(http.RequestAborted);
            });
            web.MapGet("/users/{userId:int}", (CancellationToken token, HttpContext http, [AsParameters] UserQuery query) =>
            {
                (argument, context, member) = (token, http.RequestAborted, query.CancellationToken);
                return new User(query.UserId, "Ada");
            }).CacheWith<UserNode>(options => options.Ignore("http"));
        });

        await app.Client.GetStringAsync("/users/1", Token);

        Assert.NotEqual(before, argument);
        Assert.Equal(argument, context);
        Assert.Equal(argument, member);
        Assert.Equal(before, await after.Task.WaitAsync(Gate.Patience, Token));
    }

    [Fact]
    public async Task TokenMember_WithoutASetter_RefusesTheStart()
    {
        var refusal = await Assert.ThrowsAsync<CachemeSetupException>(() => StartAsync(web =>
            web.MapGet("/users/{userId:int}", ([AsParameters] FixedQuery query) => new User(query.UserId, "Ada")).CacheWith<UserNode>()));

        Assert.Contains("'CancellationToken' of 'query'", refusal.Message, StringComparison.Ordinal);
    }

    private readonly record struct UserQuery(int UserId, CancellationToken CancellationToken);

    private sealed class FixedQuery(int userId, CancellationToken cancellationToken)
    {
        public int UserId { get; } = userId;

        public CancellationToken CancellationToken { get; } = cancellationToken;
    }
}
