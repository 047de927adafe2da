using Cacheme.Dashboards.Tests.PromQl;

namespace Cacheme.Dashboards.Tests.Contract;

/// <summary>Finds what an expression asks for and nobody measures: it would be empty for ever, and nothing would say so.</summary>
internal static class ContractChecks
{
    private static readonly string[] OfEveryScrape = ["job", "instance"];

    /// <summary>What is wrong with an expression, in words.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="labelsOf">The labels of a metric that is not in the contract; null where it is known to nobody.</param>
    public static IEnumerable<string> Faults(Expression expression, Func<string, IReadOnlyList<string>?>? labelsOf = null)
    {
        var known = new HashSet<string>([.. OfEveryScrape, .. expression.Replaced]);
        foreach (var selector in expression.Selectors)
        {
            var labels = TelemetryContract.Metrics.TryGetValue(selector.Metric, out var instrument) ? instrument.Labels : labelsOf?.Invoke(selector.Metric);
            if (labels is null)
            {
                yield return $"{selector.Metric} is no metric of docs/telemetry.md: {expression}";
                continue;
            }

            var own = new HashSet<string>([.. OfEveryScrape, .. labels]);
            if (selector.Metric.EndsWith("_bucket", StringComparison.Ordinal))
            {
                own.Add("le");
            }

            known.UnionWith(own);
            foreach (var matcher in selector.Matchers)
            {
                if (!own.Contains(matcher.Label))
                {
                    yield return $"{selector.Metric} has no label {matcher.Label}: {expression}";
                }
                else if (TelemetryContract.Values.TryGetValue(matcher.Label, out var values) && values.Count > 0 && matcher.Values.Except(values).Any())
                {
                    yield return $"{matcher.Label} is never {matcher.Value}: {expression}";
                }
            }

            if (instrument?.Grows is true && selector.Range.Length == 0)
            {
                yield return $"{selector.Metric} only grows, and is looked at without a rate: {expression}";
            }
        }

        foreach (var label in expression.Groupings.Concat(expression.Sources).Except(known))
        {
            yield return $"nothing has the label {label}: {expression}";
        }
    }
}
