using System.Text.Json;

namespace WebApi.Users;

/// <summary>Ten made-up people, behind a wait that plays a slow database: <c>Users:Delay</c>, half a second unless said.</summary>
public sealed class UserStore(IConfiguration configuration, TimeProvider time)
{
    private readonly TimeSpan _delay = configuration.GetValue("Users:Delay", TimeSpan.FromMilliseconds(500));
    private readonly Lazy<Dictionary<int, UserInfo>> _users = new(Read);

    public async Task<UserInfo?> FindAsync(int userId, CancellationToken cancellationToken)
    {
        await Task.Delay(_delay, time, cancellationToken);
        return _users.Value.GetValueOrDefault(userId);
    }

    private static Dictionary<int, UserInfo> Read()
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Data", "users.json"));
        var users = JsonSerializer.Deserialize<UserFile>(file, JsonSerializerOptions.Web)
            ?? throw new InvalidDataException("Data/users.json holds nothing.");
        return users.Users.ToDictionary(user => user.UserId);
    }
}
