namespace Cacheme.Benchmarks.Hits;

/// <summary>The keys that are asked for in turns: so many that no cache wins by having seen the last one, all of them in memory.</summary>
internal static class HitKeys
{
    public const int Count = 1_024;

    /// <summary>All of 27 characters.</summary>
    public static string Of(int id) => $"bench:user-profile:{id:D8}";

    /// <summary>The i-th key's number.</summary>
    public static int At(int i) => i & (Count - 1);
}
