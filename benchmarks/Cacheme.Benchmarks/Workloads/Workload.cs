namespace Cacheme.Benchmarks.Workloads;

/// <summary>The requests of the reference's benchmark, the same at each run.</summary>
/// <param name="Requests">For each request the keys it asks for.</param>
internal sealed record Workload(IReadOnlyList<int[]> Requests)
{
    private const int Seed = 1;
    private const int LargestUid = 200_000;

    /// <summary>How many different keys are asked for: with one load a key, this is the number of loads.</summary>
    public int UniqueKeys { get; } = Requests.SelectMany(keys => keys).Distinct().Count();

    /// <summary>Requests for one key each.</summary>
    public static Workload OfOne(int requests)
    {
        var zipf = new Zipf(Seed, s: 1.001, v: 10, LargestUid);
        return new([.. Enumerable.Range(0, requests).Select(_ => new[] { zipf.Next() })]);
    }

    /// <summary>Requests for many different keys each.</summary>
    public static Workload OfMany(int requests, int keys)
    {
        var zipf = new Zipf(Seed, s: 1.0001, v: 10, LargestUid);
        return new([.. Enumerable.Range(0, requests).Select(_ => Distinct(zipf, keys))]);
    }

    private static int[] Distinct(Zipf zipf, int count)
    {
        var keys = new HashSet<int>();
        while (keys.Count < count)
        {
            keys.Add(zipf.Next());
        }

        return [.. keys];
    }
}
