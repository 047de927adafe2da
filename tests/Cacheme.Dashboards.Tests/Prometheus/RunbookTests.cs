namespace Cacheme.Dashboards.Tests.Prometheus;

/// <summary>Who is woken finds a page about it.</summary>
public sealed class RunbookTests
{
    private const string Page = "docs/runbooks.md";
    private const string Mark = "## ";
    private const string Bold = "**";

    private static readonly string[] Questions = ["What it means.", "What users notice.", "Look first.", "What to do."];
    private static readonly string[] Lines = Repository.Read(Page).Split('\n');
    private static readonly IReadOnlyList<string> Headings = [.. Lines.Where(line => line.StartsWith(Mark + "Cacheme", StringComparison.Ordinal)).Select(line => line[Mark.Length..])];

    [Fact]
    public void Runbooks_Always_AreThoseOfTheAlerts() =>
        Assert.Equal(RuleFile.Alerts.Select(alert => alert.Alert), Headings);

    [Fact]
    public void Alerts_Always_LinkToTheirRunbook() => Assert.Empty(
        RuleFile.Alerts.Where(alert => alert.Annotations.GetValueOrDefault("runbook") != $"{Page}#{alert.Alert.ToLowerInvariant()}").Select(alert => alert.Alert));

    [Fact]
    public void Runbooks_Always_SayWhatToLookAtAndWhatToDo() =>
        Assert.All(Headings, heading => Assert.Equal(Questions, BoldBeginnings(heading)));

    private static IEnumerable<string> BoldBeginnings(string heading) => Lines
        .SkipWhile(line => line != Mark + heading)
        .Skip(1)
        .TakeWhile(line => !line.StartsWith(Mark, StringComparison.Ordinal))
        .Where(line => line.StartsWith(Bold, StringComparison.Ordinal))
        .Select(line => line.Split(Bold)[1]);
}
