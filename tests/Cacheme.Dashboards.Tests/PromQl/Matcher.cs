namespace Cacheme.Dashboards.Tests.PromQl;

/// <summary>What a selector asks of a label.</summary>
/// <param name="Label">The label.</param>
/// <param name="Operation">One of PromQL's four.</param>
/// <param name="Value">The value or expression.</param>
internal sealed record Matcher(string Label, string Operation, string Value)
{
    /// <summary>The values that it names; a variable of a dashboard is none.</summary>
    public IEnumerable<string> Values => Value.Split('|').Where(value => value.Length > 0 && !value.StartsWith('$'));
}
