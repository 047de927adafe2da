using System.Diagnostics;
using System.Globalization;

namespace Cacheme.Fleet;

/// <summary>Invalidations at a steady rate, however long each takes.</summary>
internal static class Churn
{
    public static async Task<string> RunAsync(ICacheme cacheme, int rate, TimeSpan time, int keys)
    {
        var count = (int)(rate * time.TotalSeconds);
        var calls = new List<Task<string>>(count);
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            var due = TimeSpan.FromSeconds((double)i / rate);
            while (Stopwatch.GetElapsedTime(start) < due)
            {
                await Task.Delay(1);
            }

            calls.Add(InvalidateAsync(cacheme, Random.Shared.Next(keys)));
        }

        return string.Join(';', await Task.WhenAll(calls));
    }

    private static async Task<string> InvalidateAsync(ICacheme cacheme, int key)
    {
        var began = Stopwatch.GetTimestamp();
        await cacheme.InvalidateAsync(new StampNode(key));
        return string.Create(CultureInfo.InvariantCulture, $"{key},{began},{Stopwatch.GetTimestamp()}");
    }
}
