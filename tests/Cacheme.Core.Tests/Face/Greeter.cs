namespace Cacheme.Tests.Face;

/// <summary>The service of the documentation's example.</summary>
public sealed class Greeter(ICacheme cacheme)
{
    public async Task<string> GreetAsync(int id, CancellationToken ct)
    {
        UserInfo user = await cacheme.GetAsync(new UserInfoNode(id), ct);
        IReadOnlyList<UserInfo> friends = await cacheme.GetAllAsync(user.Friends.Select(f => new UserInfoNode(f)), ct);
        return $"{user.Name} knows {string.Join(" and ", friends.Select(friend => friend.Name))}";
    }
}
