using System.Text.RegularExpressions;

namespace Cacheme.Sql;

/// <summary>How a storage uses its table. Each database's options derive from it.</summary>
public abstract partial class SqlStorageOptions
{
    /// <summary>The table, made when it is missing. Default: <c>cacheme</c>.</summary>
    /// <remarks>A letter or underscore, then at most 62 letters, digits and underscores (ASCII).</remarks>
    public string Table { get; set; } = "cacheme";

    /// <summary>How often expired rows are deleted; <see cref="Timeout.InfiniteTimeSpan"/> for never. Default: one minute.</summary>
    /// <remarks>Expired rows are never read, whether they have been deleted or not.</remarks>
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How many expired rows one statement of a sweep deletes; writes come between two of them. Default: 500.</summary>
    public int SweepBatchSize { get; set; } = 500;

    /// <summary>Refuses what cannot work.</summary>
    /// <exception cref="ArgumentException">An option does not fit; the message says which, and what would.</exception>
    public virtual void Validate()
    {
        if (Table is null || !TableName().IsMatch(Table))
        {
            throw new ArgumentException("The Table must be a letter or underscore followed by at most 62 letters, digits and underscores.");
        }

        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(SweepBatchSize, nameof(SweepBatchSize));
        if (SweepInterval != Timeout.InfiniteTimeSpan)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(SweepInterval, TimeSpan.FromMilliseconds(1), nameof(SweepInterval));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(SweepInterval, TimeSpan.FromDays(30), nameof(SweepInterval));
        }
    }

    /// <summary>Refuses a pool of no connections, or of more than 1,024.</summary>
    /// <param name="size">How many connections; null where that is not said.</param>
    /// <param name="name">The option's name.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size does not fit.</exception>
    protected static void ValidatePoolSize(int? size, string name)
    {
        if (size is { } connections)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(connections, name);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(connections, 1024, name);
        }
    }

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex TableName();
}
