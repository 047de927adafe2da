using Cacheme.MongoDB.StandIn.Data;
using MongoDB.Bson;

namespace Cacheme.MongoDB.StandIn.Commands;

/// <summary>Which command is answered by what, and who may give it. One at a time.</summary>
internal sealed class CommandTable(Store store, Users users, bool requiresLogin, Journal journal, Func<IReadOnlyList<Client>> clients)
{
    private static readonly string[] ForEverybody = ["hello", "ismaster", "isMaster", "ping", "buildInfo", "saslStart", "saslContinue", "endSessions"];

    private static readonly string[] Changing =
        ["insert", "update", "delete", "findAndModify", "createIndexes", "dropIndexes", "create", "drop", "dropDatabase", "createUser"];

    private readonly Lock _gate = new();
    private readonly Cursors _cursors = new();
    private readonly FailPoint _failPoint = new();

    /// <summary>Runs a command, and writes it down when it has changed something.</summary>
    public BsonDocument Run(BsonDocument command, Client client)
    {
        var name = command.GetElement(0).Name;
        lock (_gate)
        {
            try
            {
                ThrowIfForbidden(name, client);
                _failPoint.ThrowIfMeant(name, command);
                var answer = Answer(name, command, client);
                if (Changing.Contains(name))
                {
                    journal.Add(command);
                }

                return _failPoint.ConcernOf(name) is { } concern ? answer.Add("writeConcernError", concern) : answer;
            }
            catch (MongoFailure failure)
            {
                return failure.ToAnswer();
            }
        }
    }

    /// <summary>Runs again what was written down before.</summary>
    public void Replay()
    {
        foreach (var command in journal.Read())
        {
            Answer(command.GetElement(0).Name, command, new Client(0));
        }
    }

    /// <summary>Deletes what has expired, again and again.</summary>
    public async Task SweepAsync(TimeSpan? interval)
    {
        using var timer = new PeriodicTimer(interval ?? Timeout.InfiniteTimeSpan);
        while (await timer.WaitForNextTickAsync())
        {
            lock (_gate)
            {
                store.Sweep(DateTime.UtcNow);
            }
        }
    }

    private BsonDocument Answer(string name, BsonDocument command, Client client) => name switch
    {
        "hello" or "ismaster" or "isMaster" => Greeting.Answer(command, client, users),
        "ping" or "endSessions" => Ok(),
        "buildInfo" => new() { { "version", "7.0.0" }, { "ok", 1.0 } },
        "serverStatus" => new() { { "pid", (long)Environment.ProcessId }, { "ok", 1.0 } },
        "saslStart" => Login.Start(command, users, client),
        "saslContinue" => Login.Continue(command, client),
        "configureFailPoint" => _failPoint.Set(command),
        "createUser" => Done(() => users.Create(command)),
        "find" => Reads.Find(command, Place(command), store, _cursors),
        "getMore" => Reads.More(command, _cursors),
        "killCursors" => Done(() => command["cursors"].AsBsonArray.ToList().ForEach(id => _cursors.Close(id.ToInt64()))),
        "count" => Reads.Count(command, Place(command), store),
        "aggregate" => CurrentOperations(command),
        "insert" => Writes.Insert(command, store.Make(Place(command)), _failPoint),
        "update" => Writes.Update(command, store.Make(Place(command)), _failPoint),
        "delete" => Writes.Delete(command, store.Make(Place(command)), _failPoint),
        "findAndModify" => FindAndModify.Run(command, store.Make(Place(command))),
        "createIndexes" => Indexes.Create(command, store.Make(Place(command))),
        "listIndexes" => Indexes.List(Place(command), store, _cursors),
        "dropIndexes" => Indexes.Drop(command, store.Make(Place(command))),
        "create" => Done(() => store.Make(Place(command), command)),
        "drop" => Done(() => store.Drop(Place(command))),
        "dropDatabase" => Done(() => store.DropDatabase(command["$db"].AsString)),
        _ => throw MongoFailure.NoSuchCommand(name),
    };

    private void ThrowIfForbidden(string name, Client client)
    {
        // As long as there is no user, somebody on this machine may make the first one.
        if (requiresLogin && users.Any && !ForEverybody.Contains(name) && client.User?.May(name) is not true)
        {
            throw MongoFailure.Unauthorized(name);
        }
    }

    /// <summary>The connections, as <c>$currentOp</c> lists them; no other aggregation is known.</summary>
    private BsonDocument CurrentOperations(BsonDocument command) => command["pipeline"].AsBsonArray is [BsonDocument stage] && stage.Contains("$currentOp")
        ? _cursors.Open(
            "admin.$cmd.aggregate",
            clients().Select(client => new BsonDocument { { "type", "op" }, { "connectionId", client.Id }, { "appName", client.AppName } }),
            int.MaxValue)
        : throw MongoFailure.NotUnderstood("this aggregation");

    private static string Place(BsonDocument command) => $"{command["$db"].AsString}.{command.GetElement(0).Value.AsString}";

    private static BsonDocument Done(Action action)
    {
        action();
        return Ok();
    }

    private static BsonDocument Ok() => new("ok", 1.0);
}
