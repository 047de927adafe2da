using System.Text.RegularExpressions;

namespace Cacheme.DropIn.Tests;

/// <summary>docs/compatibility.md names tests; each of them is one.</summary>
public sealed partial class CompatibilityTests
{
    [Fact]
    public void EveryTestThatIsNamed_IsThere()
    {
        var assembly = typeof(CompatibilityTests).Assembly;
        var there = assembly.GetManifestResourceNames().Where(static name => name.StartsWith("tests/", StringComparison.Ordinal))
            .SelectMany(name => Methods().Matches(Text(name)).Select(static match => match.Groups[1].Value)).ToHashSet(StringComparer.Ordinal);
        var named = Names().Matches(Text("compatibility.md")).Select(static match => match.Groups[1].Value).Distinct().ToList();

        Assert.True(named.Count > 50, $"{named.Count} tests are named.");
        Assert.Equal([], named.Except(there));
    }

    private static string Text(string name)
    {
        using var reader = new StreamReader(typeof(CompatibilityTests).Assembly.GetManifestResourceStream(name)!); // Not null: it is embedded.
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"^    public (?:async )?(?:void|Task) (\w+_\w+)\(", RegexOptions.Multiline)]
    private static partial Regex Methods();

    [GeneratedRegex(@"`([A-Z]\w*_\w+)`")]
    private static partial Regex Names();
}
