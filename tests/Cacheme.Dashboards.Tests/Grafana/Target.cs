using System.Text.Json;
using Cacheme.Dashboards.Tests.PromQl;

namespace Cacheme.Dashboards.Tests.Grafana;

/// <summary>A query of a panel or an annotation.</summary>
/// <param name="Id">Its id within the panel.</param>
/// <param name="Expression">What it asks Prometheus.</param>
/// <param name="Legend">What each series is called, or nothing.</param>
/// <param name="WantsExemplars">Whether it asks for exemplars too.</param>
internal sealed record Target(string Id, Expression Expression, string Legend, bool WantsExemplars)
{
    public static Target Read(JsonElement json) => new(
        json.GetProperty("refId").GetString() ?? "",
        new Expression(json.GetProperty("expr").GetString() ?? ""),
        json.TryGetProperty("legendFormat", out var legend) ? legend.GetString() ?? "" : "",
        json.TryGetProperty("exemplar", out var exemplar) && exemplar.GetBoolean());
}
