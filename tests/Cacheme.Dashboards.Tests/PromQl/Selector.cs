namespace Cacheme.Dashboards.Tests.PromQl;

/// <summary>A place where an expression names a metric.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Matchers">What it asks of labels.</param>
/// <param name="Range">The time in brackets behind it, or nothing.</param>
internal sealed record Selector(string Metric, IReadOnlyList<Matcher> Matchers, string Range)
{
    /// <summary>Whether it asks this very thing.</summary>
    public bool Asks(string label, string operation, string value) => Matchers.Contains(new Matcher(label, operation, value));
}
