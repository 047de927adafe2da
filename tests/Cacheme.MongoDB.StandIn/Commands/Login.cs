using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MongoDB.Bson;

namespace Cacheme.MongoDB.StandIn.Commands;

/// <summary>A login by SCRAM-SHA-256 that is under way (RFC 5802, RFC 7677).</summary>
internal sealed class Login
{
    private readonly User _user;
    private readonly string _first;
    private readonly string _challenge;
    private readonly string _nonce;

    private Login(User user, string first, string nonce)
    {
        _user = user;
        _first = first;
        _nonce = nonce;
        _challenge = string.Create(CultureInfo.InvariantCulture, $"r={nonce},s={Convert.ToBase64String(user.Salt)},i={user.Iterations}");
    }

    /// <summary>Who logs in, and what the client must answer to prove it.</summary>
    public static BsonDocument Start(BsonDocument command, Users users, Client client)
    {
        var first = Text(command)["n,,".Length..];
        var fields = Fields(first);
        var name = fields['n'].Replace("=2C", ",", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal);
        var user = users.Find(command["$db"].AsString, name) ?? throw MongoFailure.LoginFailed();
        client.Login = new Login(user, first, fields['r'] + Convert.ToBase64String(RandomNumberGenerator.GetBytes(24)));
        return Answer(client.Login._challenge, done: false);
    }

    /// <summary>The client's proof, and the server's in return.</summary>
    public static BsonDocument Continue(BsonDocument command, Client client)
    {
        var login = client.Login ?? throw MongoFailure.LoginFailed();
        client.Login = null;
        var last = Text(command);
        var fields = Fields(last);
        var exchange = $"{login._first},{login._challenge},{last[..last.LastIndexOf(",p=", StringComparison.Ordinal)]}";
        if (fields['r'] != login._nonce || !login._user.Accepts(Convert.FromBase64String(fields['p']), exchange))
        {
            throw MongoFailure.LoginFailed();
        }

        client.User = login._user;
        var proof = HMACSHA256.HashData(login._user.ServerKey, Encoding.UTF8.GetBytes(exchange));
        return Answer($"v={Convert.ToBase64String(proof)}", done: true);
    }

    private static string Text(BsonDocument command) => Encoding.UTF8.GetString(command["payload"].AsBsonBinaryData.Bytes);

    private static Dictionary<char, string> Fields(string message) => message.Split(',').ToDictionary(field => field[0], field => field[2..]);

    private static BsonDocument Answer(string payload, bool done) =>
        new() { { "conversationId", 1 }, { "done", done }, { "payload", new BsonBinaryData(Encoding.UTF8.GetBytes(payload)) }, { "ok", 1.0 } };
}
