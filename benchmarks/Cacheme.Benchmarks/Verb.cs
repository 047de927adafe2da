using System.Globalization;

namespace Cacheme.Benchmarks;

/// <summary>What can be measured.</summary>
internal static class Verb
{
    /// <summary>Prints the verbs, for who did not give one.</summary>
    public static int PrintAll()
    {
        Console.WriteLine("""
            dotnet run -c Release --project benchmarks/Cacheme.Benchmarks -- <verb>

              zipf [workers...]    200,000 requests of a zipf stream over a Redis of its own: time against the ideal, loads, GETs
              batch [workers...]   10,000 requests for 20 keys each, with a batch load, over a Redis of its own
              storages [names...]  reads, writes, a zipf stream and batches on each storage, beside its bare driver: time, processor time, bytes
              fleet [processes...] 2, 4 and 8 processes over a Redis of its own that invalidate for each other: staleness, traffic, processor time
              hit                  a hit in memory, by kind of node, beside FusionCache and HybridCache: ns and bytes
              hybrid               Cacheme's HybridCache beside Microsoft's and FusionCache's: hits, misses, a second tier in a Redis of its own
              http                 the same page over HTTP by every way to answer it: without a cache, ready bytes, output caching, .CacheWith, UseCacheme
            """);
        return 0;
    }

    /// <summary>Reads numbers from the command line; none when nothing was given.</summary>
    public static IReadOnlyList<int> Numbers(IEnumerable<string> texts) =>
        [.. texts.Select(text => int.Parse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture))];
}
