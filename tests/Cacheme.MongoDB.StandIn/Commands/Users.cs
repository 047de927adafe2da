using MongoDB.Bson;

namespace Cacheme.MongoDB.StandIn.Commands;

/// <summary>The users, by database and name.</summary>
internal sealed class Users
{
    private readonly Dictionary<string, User> _users = new(StringComparer.Ordinal);

    public bool Any => _users.Count > 0;

    public User? Find(string database, string name) => _users.GetValueOrDefault($"{database}.{name}");

    public bool Has(string qualifiedName) => _users.ContainsKey(qualifiedName);

    public void Create(BsonDocument command)
    {
        var name = $"{command["$db"].AsString}.{command["createUser"].AsString}";
        if (!_users.TryAdd(name, User.Of(command)))
        {
            throw new MongoFailure(51003, "Location51003", $"User \"{name}\" already exists");
        }
    }
}
