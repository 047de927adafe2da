namespace WebApi.Users;

/// <summary>A made-up person.</summary>
public sealed record UserInfo(int UserId, string Name, string Email, IReadOnlyList<int> Friends);
