namespace Cacheme.Benchmarks.Web;

/// <summary>What the endpoints answer: as many lines as make a body of about the size that is asked for.</summary>
public sealed record Page(int Size, IReadOnlyList<PageLine> Lines)
{
    private const int LineBytes = 49;

    public static Page Of(int size) => new(size, [.. Enumerable.Range(1, Math.Max(1, size / LineBytes)).Select(static id => new PageLine(10_000 + id, $"product {10_000 + id}", id + 0.5))]);
}

/// <summary>A line of a page.</summary>
public sealed record PageLine(int Id, string Name, double Price);
