namespace Cacheme.Sql;

/// <summary>What an operation has been through: every operation may be run again, but not for ever.</summary>
internal struct SqlTries
{
    private const int MostDeadlocks = 10;
    private const int MostMissingTables = 2;

    private int _lost;
    private int _deadlocks;
    private int _missing;

    /// <summary>Counts a failure, and says whether to try again.</summary>
    /// <param name="fault">The failure.</param>
    /// <param name="staleConnections">How many connections may be dead.</param>
    public bool MayTryAgain(SqlFault fault, int staleConnections) => fault switch
    {
        SqlFault.ConnectionLost => ++_lost <= staleConnections,
        SqlFault.Deadlock => ++_deadlocks <= MostDeadlocks,
        SqlFault.TableMissing => ++_missing <= MostMissingTables,
        _ => false,
    };
}
