using System.Globalization;
using System.Text.Json;

namespace Cacheme.Observe.Dashboards;

/// <summary>Asks a Prometheus over its HTTP API.</summary>
/// <param name="address">Where it is.</param>
public sealed class PrometheusApi(Uri address) : IDisposable
{
    private readonly HttpClient _client = new() { BaseAddress = address };

    /// <summary>What an expression is now.</summary>
    /// <exception cref="InvalidDataException">Prometheus refuses it; the message says why.</exception>
    public async Task<IReadOnlyList<PrometheusSeries>> QueryAsync(string expression, CancellationToken cancellationToken = default) =>
        Read(await AskAsync($"query?query={Uri.EscapeDataString(expression)}", cancellationToken));

    /// <summary>What an expression was over a while.</summary>
    /// <exception cref="InvalidDataException">Prometheus refuses it; the message says why.</exception>
    public async Task<IReadOnlyList<PrometheusSeries>> QueryRangeAsync(
        string expression, DateTimeOffset from, DateTimeOffset to, TimeSpan step, CancellationToken cancellationToken = default) =>
        Read(await AskAsync(
            string.Create(CultureInfo.InvariantCulture, $"query_range?query={Uri.EscapeDataString(expression)}&start={Seconds(from)}&end={Seconds(to)}&step={step.TotalSeconds}"),
            cancellationToken));

    /// <summary>What the API answers a question with, under <c>data</c>.</summary>
    /// <exception cref="InvalidDataException">Prometheus refuses it; the message says why.</exception>
    public async Task<JsonElement> AskAsync(string question, CancellationToken cancellationToken = default)
    {
        using var answer = await _client.GetAsync(new Uri($"/api/v1/{question}", UriKind.Relative), cancellationToken);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancellationToken));
        return json.RootElement.GetProperty("status").GetString() == "success"
            ? json.RootElement.GetProperty("data").Clone()
            : throw new InvalidDataException($"{question}: {json.RootElement.GetProperty("error").GetString()}");
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static List<PrometheusSeries> Read(JsonElement data) => data.GetProperty("resultType").GetString() == "scalar"
        ? [new PrometheusSeries(new Dictionary<string, string>(), [Point(data.GetProperty("result"))])]
        : [.. data.GetProperty("result").EnumerateArray().Select(static series => new PrometheusSeries(
            series.GetProperty("metric").EnumerateObject().ToDictionary(static label => label.Name, static label => label.Value.GetString() ?? "", StringComparer.Ordinal),
            [.. series.TryGetProperty("values", out var values) ? values.EnumerateArray().Select(Point) : [Point(series.GetProperty("value"))]]))];

    private static PrometheusPoint Point(JsonElement pair) => new(pair[0].GetDouble(), pair[1].GetString() switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        var text => double.Parse(text ?? "", CultureInfo.InvariantCulture),
    });

    private static double Seconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000d;
}

/// <summary>A series that an expression has.</summary>
/// <param name="Labels">Its labels.</param>
/// <param name="Points">Its values, in the order of time; one where it was asked for now.</param>
public sealed record PrometheusSeries(IReadOnlyDictionary<string, string> Labels, IReadOnlyList<PrometheusPoint> Points)
{
    /// <summary>The last value.</summary>
    public double Last => Points[^1].Value;
}

/// <summary>A value.</summary>
/// <param name="At">When, in seconds since the Unix epoch.</param>
/// <param name="Value">What it was.</param>
public readonly record struct PrometheusPoint(double At, double Value);
