using Cacheme;

namespace WebApi.Users;

/// <summary>What is cached of a user: under which key, where, for how long and how it is loaded.</summary>
public sealed record UserInfoNode(int UserId) : Node<UserInfo>, INodePolicy
{
    public override NodeKey Key => $"user:{UserId}:info";

    public override async ValueTask<UserInfo> LoadAsync(LoadContext context) =>
        await context.GetRequiredService<UserStore>().FindAsync(UserId, context.CancellationToken)
        ?? throw new KeyNotFoundException($"There is no user {UserId}.");

    public static void Configure(NodePolicyBuilder policy) => policy
        .Version("v1")
        .Cache("local", ttl: TimeSpan.FromSeconds(30))
        .Cache("shared", ttl: TimeSpan.FromDays(10))
        .Serializer(CacheSerializers.MessagePack);
}
