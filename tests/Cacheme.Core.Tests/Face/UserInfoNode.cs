namespace Cacheme.Tests.Face;

/// <summary>The node of the documentation's example, letter by letter.</summary>
public sealed record UserInfoNode(int UserId) : Node<UserInfo>, INodePolicy
{
    public override NodeKey Key => $"user:{UserId}:info";

    public override async ValueTask<UserInfo> LoadAsync(LoadContext context) =>
        await context.GetRequiredService<UserStore>().FindAsync(UserId, context.CancellationToken);

    public static void Configure(NodePolicyBuilder policy) => policy
        .Version("v1")
        .Cache("local", ttl: TimeSpan.FromSeconds(30))
        .Cache("redis", ttl: TimeSpan.FromDays(10))
        .Serializer(CacheSerializers.MessagePack)
        .DoorKeeper(capacity: 100_000, falsePositiveRate: 0.01);
}
