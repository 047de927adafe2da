namespace Cacheme.Benchmarks.Web;

/// <summary>A way to answer a page.</summary>
/// <param name="Path">Where its pages are: <c>/path/size</c>.</param>
/// <param name="Name">Its row in the table.</param>
/// <param name="HitMark">What stands in the head of each answer that was kept; null where none is.</param>
internal sealed record WebWay(string Path, string Name, string? HitMark)
{
    private const string AnyHitMark = "\r\nAge: ";

    /// <summary>Whether a response with this head came from where the way says.</summary>
    public bool Fits(string head) =>
        HitMark is null ? !head.Contains(AnyHitMark, StringComparison.Ordinal) : head.Contains(HitMark, StringComparison.Ordinal);
}
