using Cacheme.Storage;

namespace Cacheme.Sql;

/// <summary>Reads the options that every SQL storage's address has, and refuses those that none knows.</summary>
public static class SqlAddress
{
    // The last one is read by Cacheme itself.
    private static readonly string[] Shared = ["table", "sweepInterval", "sweepBatchSize", "timeout"];

    /// <summary>Reads <c>table</c>, <c>sweepInterval</c> (in milliseconds, -1 for never) and <c>sweepBatchSize</c>.</summary>
    /// <param name="url">The address.</param>
    /// <param name="options">Takes what the address says; the rest stays.</param>
    /// <param name="ownOptions">The names of the options that this kind of storage has besides.</param>
    /// <exception cref="CachemeSetupException">The address has an option that is neither shared nor its own. The message lists those it may have.</exception>
    /// <exception cref="FormatException">An option's value does not read.</exception>
    public static void ReadOptions(StorageUrl url, SqlStorageOptions options, params IReadOnlyList<string> ownOptions)
    {
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(options);
        string[] known = [.. ownOptions, .. Shared];
        var unknown = url.OptionNames.Except(known, StringComparer.OrdinalIgnoreCase).ToList();
        if (unknown.Count > 0)
        {
            throw new CachemeSetupException(
                $"The address {url} has an option that {url.Scheme}:// does not know: {string.Join(", ", unknown)}. It knows {string.Join(", ", known)}.");
        }

        options.Table = url.Option("table", options.Table);
        options.SweepInterval = Milliseconds(url, "sweepInterval", options.SweepInterval);
        options.SweepBatchSize = url.Option("sweepBatchSize", options.SweepBatchSize);
    }

    /// <summary>An option that is a whole number; null when the address does not say.</summary>
    /// <param name="url">The address.</param>
    /// <param name="name">The option's name.</param>
    /// <exception cref="FormatException">The value does not read as a number.</exception>
    public static int? Number(StorageUrl url, string name)
    {
        ArgumentNullException.ThrowIfNull(url);
        return url.OptionNames.Contains(name, StringComparer.OrdinalIgnoreCase) ? url.Option(name, 0) : null;
    }

    /// <summary>An option that is a time in whole milliseconds.</summary>
    /// <param name="url">The address.</param>
    /// <param name="name">The option's name.</param>
    /// <param name="defaultValue">What holds when the address does not say.</param>
    /// <exception cref="FormatException">The value does not read as a number.</exception>
    public static TimeSpan Milliseconds(StorageUrl url, string name, TimeSpan defaultValue)
    {
        ArgumentNullException.ThrowIfNull(url);
        return TimeSpan.FromMilliseconds(url.Option(name, (long)defaultValue.TotalMilliseconds));
    }
}
