using Cacheme;

namespace WebApi.Users;

/// <summary>What a user sees of himself. Who he is stands in the key: no other user's request makes this node.</summary>
public sealed record MyProfileNode(string UserId) : Node<UserInfo>, INodePolicy
{
    public override NodeKey Key => $"my-profile:{UserId}";

    public static void Configure(NodePolicyBuilder policy) => policy
        .Version("v1")
        .Cache("local", ttl: TimeSpan.FromSeconds(30));
}
