namespace WebApi.Users;

/// <summary>The form of Data/users.json.</summary>
internal sealed record UserFile(string Note, IReadOnlyList<UserInfo> Users);
