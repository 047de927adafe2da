namespace Cacheme.Tests.Local;

/// <summary>Streams of keys whose hit ratios are known, and those of an exact LRU. The same seed makes the same stream.</summary>
internal static class Streams
{
    /// <summary>Some are asked for often, most seldom.</summary>
    public static IEnumerable<int> Zipf(int requests, int keys, double skew, int seed)
    {
        var sums = new double[keys];
        var sum = 0d;
        for (var i = 0; i < keys; i++)
        {
            sums[i] = sum += Math.Pow(i + 1, -skew);
        }

        var random = new Random(seed);
        for (var i = 0; i < requests; i++)
        {
            var found = Array.BinarySearch(sums, random.NextDouble() * sum);
            yield return found < 0 ? ~found : found;
        }
    }

    /// <summary>All in turn, again and again.</summary>
    public static IEnumerable<int> Loop(int requests, int keys) => Enumerable.Range(0, requests).Select(i => i % keys);

    /// <summary>Each is used a few times while a window passes over it, and never again.</summary>
    public static IEnumerable<int> Window(int requests, int width, int uses, int seed)
    {
        var random = new Random(seed);
        return Enumerable.Range(0, requests).Select(i => (i / uses) + random.Next(width));
    }

    /// <summary>The share of hits of an exact LRU.</summary>
    public static double LruOf(IEnumerable<int> keys, int capacity)
    {
        var order = new LinkedList<int>();
        var nodes = new Dictionary<int, LinkedListNode<int>>();
        var (hits, all) = (0, 0);
        foreach (var key in keys)
        {
            all++;
            if (nodes.Remove(key, out var node))
            {
                hits++;
                order.Remove(node);
            }
            else if (nodes.Count == capacity)
            {
                nodes.Remove(order.Last!.Value); // Not null: it is full.
                order.RemoveLast();
            }

            nodes[key] = order.AddFirst(key);
        }

        return (double)hits / all;
    }
}
