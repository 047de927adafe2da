namespace Cacheme.Dashboards.Tests.Grafana;

/// <summary>A variable at the dashboard's head.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its kind.</param>
/// <param name="Query">Where its values come from.</param>
/// <param name="AllValue">What it is when all of them are chosen.</param>
internal sealed record Variable(string Name, string Type, string Query, string AllValue);
