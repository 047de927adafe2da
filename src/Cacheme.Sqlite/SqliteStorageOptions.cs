using System.Text.RegularExpressions;

namespace Cacheme.Sqlite;

/// <summary>How a storage uses its SQLite file.</summary>
public sealed partial class SqliteStorageOptions
{
    /// <summary>The table, made when it is missing. Default: <c>cacheme</c>.</summary>
    /// <remarks>A letter or underscore, then at most 62 letters, digits and underscores (ASCII); not beginning with <c>sqlite_</c>.</remarks>
    public string Table { get; set; } = "cacheme";

    /// <summary>How many reads run at once, each on a connection of its own; writes have one more. Default: 4.</summary>
    public int Readers { get; set; } = 4;

    /// <summary>How many reads, and how many writes, may wait for their turn; those beyond fail at once. Default: 10,000.</summary>
    public int MaxQueued { get; set; } = 10_000;

    /// <summary>How long an operation waits for another process that holds the file. Default: one second.</summary>
    /// <remarks>Under a second the wait may be up to a second longer.</remarks>
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often expired rows are deleted; <see cref="Timeout.InfiniteTimeSpan"/> for never. Default: one minute.</summary>
    /// <remarks>Expired rows are never read, whether they have been deleted or not.</remarks>
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How many expired rows are deleted in one transaction; other writes come between two of them. Default: 500.</summary>
    public int SweepBatchSize { get; set; } = 500;

    internal void Validate()
    {
        if (Table is null || !TableName().IsMatch(Table))
        {
            throw new ArgumentException(
                "The SQLite storage's Table must be a letter or underscore followed by at most 62 letters, digits and underscores, and must not begin with 'sqlite_'.");
        }

        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Readers, nameof(Readers));
        ArgumentOutOfRangeException.ThrowIfNegative(MaxQueued, nameof(MaxQueued));
        ArgumentOutOfRangeException.ThrowIfLessThan(BusyTimeout, TimeSpan.Zero, nameof(BusyTimeout));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(BusyTimeout, TimeSpan.FromHours(1), nameof(BusyTimeout));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(SweepBatchSize, nameof(SweepBatchSize));
        if (SweepInterval != Timeout.InfiniteTimeSpan)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(SweepInterval, TimeSpan.FromMilliseconds(1), nameof(SweepInterval));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(SweepInterval, TimeSpan.FromDays(30), nameof(SweepInterval));
        }
    }

    [GeneratedRegex(@"\A(?!(?i:sqlite_))[A-Za-z_][A-Za-z0-9_]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex TableName();
}
