using System.Text.RegularExpressions;

namespace Cacheme.Dashboards.Tests.PromQl;

/// <summary>What an expression asks for: its metrics and labels.</summary>
/// <remarks>Whether it is one at all is for promtool to say. Here what is no metric is taken away, and the names that are left are metrics.</remarks>
internal sealed partial class Expression
{
    private static readonly HashSet<string> Words = ["and", "or", "unless", "offset", "bool", "inf", "nan"];

    /// <param name="text">The expression.</param>
    public Expression(string text)
    {
        Text = text;
        Replaced = [.. LabelReplace().Matches(text).Select(match => match.Groups["target"].Value)];
        Sources = [.. LabelReplace().Matches(text).Select(match => match.Groups["source"].Value)];
        Groupings = [.. Grouping().Matches(text).SelectMany(match => LabelName().Matches(match.Groups["labels"].Value)).Select(match => match.Value)];

        // A function's strings are no names; those in a selector are its matchers' and stay.
        var bare = Grouping().Replace(text, " ");
        Selectors = [.. Selection().Matches(FreeString().Replace(bare, match => match.Value.StartsWith('{') ? match.Value : " "))
            .Where(match => !match.Groups["call"].Success && !Words.Contains(match.Groups["metric"].Value))
            .Select(match => new Selector(match.Groups["metric"].Value, MatchersOf(match.Groups["matchers"].Value), match.Groups["range"].Value))];
    }

    public string Text { get; }

    public IReadOnlyList<Selector> Selectors { get; }

    /// <summary>The labels by which it groups or joins.</summary>
    public IReadOnlyList<string> Groupings { get; }

    /// <summary>The labels that it makes.</summary>
    public IReadOnlyList<string> Replaced { get; }

    /// <summary>The labels that it makes them of.</summary>
    public IReadOnlyList<string> Sources { get; }

    public override string ToString() => Text;

    private static List<Matcher> MatchersOf(string text) =>
        [.. Matching().Matches(text).Select(match => new Matcher(match.Groups["label"].Value, match.Groups["operation"].Value, match.Groups["value"].Value))];

    [GeneratedRegex("""\b(by|without|on|ignoring|group_left|group_right)\s*\((?<labels>[^)]*)\)""")]
    private static partial Regex Grouping();

    [GeneratedRegex("[a-zA-Z_]+")]
    private static partial Regex LabelName();

    [GeneratedRegex("""\{[^}]*\}|"[^"]*"|'[^']*'""")]
    private static partial Regex FreeString();

    [GeneratedRegex("""(?<![\w:.])(?<metric>[a-zA-Z_:][\w:]*)\s*(\{(?<matchers>[^}]*)\})?\s*(\[(?<range>[^\]]*)\])?(?<call>\s*\()?""")]
    private static partial Regex Selection();

    [GeneratedRegex("""(?<label>\w+)\s*(?<operation>=~|!~|!=|=)\s*"(?<value>[^"]*)" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Matching();

    [GeneratedRegex(""",\s*"(?<target>\w+)"\s*,\s*"[^"]*"\s*,\s*"(?<source>\w+)" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex LabelReplace();
}
