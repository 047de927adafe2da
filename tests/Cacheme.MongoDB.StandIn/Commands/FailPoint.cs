using MongoDB.Bson;

namespace Cacheme.MongoDB.StandIn.Commands;

/// <summary>Lets the next commands fail, like mongod's fail point <c>failCommand</c>; with <c>statement</c>, which mongod does not know, one statement of each.</summary>
internal sealed class FailPoint
{
    private BsonDocument _data = [];
    private int _left;
    private int _count;

    /// <summary>Sets what fails and how often, and tells how often something failed up to now.</summary>
    public BsonDocument Set(BsonDocument command)
    {
        _left = command["mode"] is BsonDocument mode ? mode["times"].ToInt32() : 0;
        _data = command.GetValue("data", new BsonDocument()).AsBsonDocument;
        return new() { { "count", _count }, { "ok", 1.0 } };
    }

    /// <summary>Fails a command.</summary>
    public void ThrowIfMeant(string name, BsonDocument command)
    {
        if (_data.Contains("errorCode") && (!IsStatementMeant() || !HasStatements(name)))
        {
            ThrowIfNamed(name, command);
        }
    }

    /// <summary>Fails a statement of a command.</summary>
    public void ThrowIfMeant(string name, BsonDocument statement, int index)
    {
        if (IsStatementMeant() && _data["statement"].ToInt32() == index)
        {
            ThrowIfNamed(name, statement);
        }
    }

    /// <summary>What a command that was done says of the others, who should have heard of it and have not; null for nothing.</summary>
    public BsonDocument? ConcernOf(string name) => _data.TryGetValue("writeConcernError", out var error) && IsNamed(name) ? error.AsBsonDocument : null;

    private static bool HasStatements(string name) => name is "insert" or "update" or "delete";

    private bool IsStatementMeant() => _data.Contains("statement");

    private void ThrowIfNamed(string name, BsonDocument what)
    {
        if (IsNamed(name))
        {
            // With what failed, for mongod's words quote keys too.
            throw new MongoFailure(_data["errorCode"].ToInt32(), "FailPoint", $"Failing as it was told to: {what.ToJson()}");
        }
    }

    /// <summary>Whether a command is to fail, which then counts.</summary>
    private bool IsNamed(string name)
    {
        if (_left == 0 || !_data["failCommands"].AsBsonArray.Contains(name))
        {
            return false;
        }

        _left--;
        _count++;
        return true;
    }
}
