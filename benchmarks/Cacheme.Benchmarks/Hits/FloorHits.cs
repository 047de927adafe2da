using System.Collections.Concurrent;

namespace Cacheme.Benchmarks.Hits;

/// <summary>The floor: a dictionary and keys that are ready. No time to live, no bound, no counts.</summary>
internal static class FloorHits
{
    public static HitSubject Create()
    {
        var keys = Enumerable.Range(0, HitKeys.Count).Select(HitKeys.Of).ToArray();
        var values = new ConcurrentDictionary<string, object>(keys.Select(key => KeyValuePair.Create(key, (object)key)));
        return new("ConcurrentDictionary, ready key", count =>
        {
            for (var i = 0; i < count; i++)
            {
                if (!values.TryGetValue(keys[HitKeys.At(i)], out _))
                {
                    throw new KeyNotFoundException();
                }
            }

            return ValueTask.CompletedTask;
        });
    }
}
