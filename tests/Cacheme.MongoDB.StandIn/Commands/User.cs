using System.Security.Cryptography;
using System.Text;
using MongoDB.Bson;

namespace Cacheme.MongoDB.StandIn.Commands;

/// <summary>A user, with what SCRAM-SHA-256 keeps of a password.</summary>
internal sealed class User
{
    private const int IterationCount = 4096;

    public User(string password, IEnumerable<string> roles)
    {
        var salted = Rfc2898DeriveBytes.Pbkdf2(password, Salt, IterationCount, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);
        StoredKey = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        ServerKey = HMACSHA256.HashData(salted, "Server Key"u8);
        Roles = [.. roles];
    }

    public byte[] Salt { get; } = RandomNumberGenerator.GetBytes(28);

    public int Iterations { get; } = IterationCount;

    public byte[] StoredKey { get; }

    public byte[] ServerKey { get; }

    /// <summary><c>read</c>, or anything else for everything.</summary>
    public IReadOnlyList<string> Roles { get; }

    /// <summary>Reads the command that makes a user.</summary>
    public static User Of(BsonDocument command) => new(
        command["pwd"].AsString, command["roles"].AsBsonArray.Select(role => role is BsonDocument one ? one["role"].AsString : role.AsString));

    /// <summary>Whether a password's proof is right.</summary>
    public bool Accepts(byte[] proof, string exchange)
    {
        var signature = HMACSHA256.HashData(StoredKey, Encoding.UTF8.GetBytes(exchange));
        var clientKey = proof.Zip(signature, (one, other) => (byte)(one ^ other)).ToArray();
        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(clientKey), StoredKey);
    }

    public bool May(string command) =>
        !Roles.Contains("read") || command is "find" or "getMore" or "killCursors" or "listIndexes" or "count" or "endSessions";
}
