using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.WebApi.Tests.Readme;

public sealed record UserInfo(int UserId, string Name, IReadOnlyList<int> Friends);

public sealed class UserStore
{
    private readonly Dictionary<int, UserInfo> _users =
        new UserInfo[] { new(1, "User 1", [2, 3]), new(2, "User 2", []), new(3, "User 3", []) }.ToDictionary(user => user.UserId);

    public Task<UserInfo> FindAsync(int userId, CancellationToken cancellationToken) => Task.FromResult(_users[userId]);
}

public sealed record UserInfoNode(int UserId) : Node<UserInfo>, INodePolicy
{
    public override NodeKey Key => $"user:{UserId}:info";

    public override async ValueTask<UserInfo> LoadAsync(LoadContext context) =>
        await context.GetRequiredService<UserStore>().FindAsync(UserId, context.CancellationToken);

    public static void Configure(NodePolicyBuilder policy) => policy
        .Version("v1")
        .Cache("local", ttl: TimeSpan.FromSeconds(30))
        .Cache("redis", ttl: TimeSpan.FromDays(10));
}

/// <summary>The code of the README, whole and running.</summary>
public static class ReadmeCode
{
    public static WebApplication Build(WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<UserStore>();
        builder.Services.AddCacheme(cacheme => cacheme
            .AddLocal("local", size: 10_000)
            .AddRedis("redis", "localhost:6379")
            .AddNode<UserInfoNode>());
        var app = builder.Build();
        app.MapGet("/users/{userId:int}", (int userId, UserStore users, CancellationToken ct) => users.FindAsync(userId, ct))
           .CacheWith<UserInfoNode>();
        return app;
    }

    public static WebApplication BuildWithDotNetsCaches(WebApplicationBuilder builder)
    {
        builder.Services.AddCacheme(cacheme => cacheme
            .AddLocal("local", size: 10_000)
            .AddRedis("redis", "localhost:6379")
            .AddHybridCache(policy => policy.Cache("local", ttl: TimeSpan.FromMinutes(1)).Cache("redis", ttl: TimeSpan.FromHours(1)))
            .AddDistributedCache("redis")
            .AddOutputCacheStore("local", "redis"));
        return builder.Build();
    }

    public static async Task<(IReadOnlyList<UserInfo> Friends, NodeStats Stats)> UseAsync(ICacheme cacheme, CancellationToken ct)
    {
        UserInfo user = await cacheme.GetAsync(new UserInfoNode(1), ct);
        IReadOnlyList<UserInfo> friends = await cacheme.GetAllAsync(user.Friends.Select(f => new UserInfoNode(f)), ct);
        await cacheme.InvalidateAsync(new UserInfoNode(1), ct);
        await cacheme.InvalidateTagAsync("team:7", ct);
        NodeStats stats = cacheme.Stats<UserInfoNode>();
        return (friends, stats);
    }
}
