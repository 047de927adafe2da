using Cacheme.Sql;

namespace Cacheme.Sqlite;

/// <summary>How a storage uses its SQLite file.</summary>
/// <remarks>The table's name must not begin with <c>sqlite_</c>.</remarks>
public sealed class SqliteStorageOptions : SqlStorageOptions
{
    /// <summary>How many reads run at once, each on a connection of its own; writes have one more. Default: 4.</summary>
    public int Readers { get; set; } = 4;

    /// <summary>How many reads, and how many writes, may wait for their turn; those beyond fail at once. Default: 10,000.</summary>
    public int MaxQueued { get; set; } = 10_000;

    /// <summary>How long an operation waits for another process that holds the file. Default: one second.</summary>
    /// <remarks>Under a second the wait may be up to a second longer.</remarks>
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        if (Table.StartsWith("sqlite_", StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException("The Table must not begin with 'sqlite_': SQLite keeps such names for itself.");
        }

        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Readers, nameof(Readers));
        ArgumentOutOfRangeException.ThrowIfNegative(MaxQueued, nameof(MaxQueued));
        ArgumentOutOfRangeException.ThrowIfLessThan(BusyTimeout, TimeSpan.Zero, nameof(BusyTimeout));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(BusyTimeout, TimeSpan.FromHours(1), nameof(BusyTimeout));
    }
}
