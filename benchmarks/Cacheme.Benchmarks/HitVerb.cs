using System.Globalization;
using Cacheme.Benchmarks.Hits;

namespace Cacheme.Benchmarks;

/// <summary>A hit in memory, beside the floor and the rivals.</summary>
internal static class HitVerb
{
    public static async Task<int> RunAsync()
    {
        using var counts = new CountHits();
        await using var lru = new CachemeHits(EvictionPolicy.Lru);
        await using var tlfu = new CachemeHits(EvictionPolicy.TinyLfu);
        await using var rivals = new RivalHits();
        List<HitSubject> subjects = [FloorHits.Create(), counts.Create(), .. lru.Subjects(), .. tlfu.Subjects(), .. rivals.Subjects()];

        // The first rounds fill the caches and let the JIT see the loops often enough.
        await HitTrial.NanosecondsAsync(subjects, threads: 1);
        var one = await HitTrial.NanosecondsAsync(subjects, threads: 1);
        var two = await HitTrial.NanosecondsAsync(subjects, threads: 2);

        Console.WriteLine($"| {"hit",-42} | ns, 1 thread | ratio | ns, 2 threads | ratio | bytes |");
        Console.WriteLine($"|-{new string('-', 42)}-|-------------:|------:|--------------:|------:|------:|");
        for (var i = 0; i < subjects.Count; i++)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {subjects[i].Name,-42} | {one[i],12:F1} | {one[i] / one[0],5:F2} | {two[i],13:F1} | {two[i] / two[0],5:F2} | {HitTrial.Bytes(subjects[i]),5:F0} |"));
        }

        return 0;
    }
}
