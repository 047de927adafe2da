namespace Cacheme.Sql;

/// <summary>Cuts what was asked into statements: different keys, in order, not too many and not too large.</summary>
internal static class SqlBatches
{
    /// <summary>The most keys of one statement.</summary>
    public const int MaxKeys = 1_000;

    /// <summary>The rows of the writes; of two writes of one key the later one counts.</summary>
    /// <param name="rows">The rows as they were asked for.</param>
    /// <param name="maxBytes">How much one statement may carry; a row that is larger stands alone.</param>
    public static List<List<SqlRow>> OfRows(IEnumerable<SqlRow> rows, int maxBytes)
    {
        var latest = new SortedDictionary<byte[], SqlRow>(KeyBytes.Comparer);
        foreach (var row in rows)
        {
            latest[row.Key] = row;
        }

        var batches = new List<List<SqlRow>>();
        var room = 0L;
        foreach (var row in latest.Values)
        {
            var size = row.Key.Length + row.Value.Length;
            if (batches.Count == 0 || batches[^1].Count == MaxKeys || size > room)
            {
                batches.Add([]);
                room = maxBytes;
            }

            batches[^1].Add(row);
            room -= size;
        }

        return batches;
    }

    /// <summary>The different keys in order.</summary>
    /// <param name="keys">The keys as they were asked for.</param>
    /// <param name="maxBytes">How much one statement may carry.</param>
    public static IEnumerable<byte[][]> OfKeys(IEnumerable<byte[]> keys, int maxBytes) =>
        OfRows(keys.Select(key => new SqlRow(key, default, null)), maxBytes).Select(batch => batch.ConvertAll(row => row.Key).ToArray());
}
