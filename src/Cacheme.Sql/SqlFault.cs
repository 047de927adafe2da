namespace Cacheme.Sql;

/// <summary>What a failure means for the operation that met it.</summary>
public enum SqlFault
{
    /// <summary>Trying again would not help.</summary>
    Final,

    /// <summary>The connection had died, as pooled ones do when the server restarts; another one may work.</summary>
    ConnectionLost,

    /// <summary>The server gave the operation up in favour of another one, and changed nothing.</summary>
    Deadlock,

    /// <summary>There is no table, any more.</summary>
    TableMissing,
}
