namespace Cacheme.Dashboards.Tests.PromQl;

/// <summary>What is not found in an expression is not checked either.</summary>
public sealed class ExpressionTests
{
    [Fact]
    public void Selectors_OfARatio_AreItsMetricsOnly()
    {
        var expression = new Expression(
            """sum by (job, le) (rate(a_total{x="1", y=~"$y"}[5m])) / on (job) group_left () (sum(b:c offset 1d) > bool 0.5) or max without (z) (d) and e""");

        Assert.Equal(["a_total", "b:c", "d", "e"], expression.Selectors.Select(selector => selector.Metric));
        Assert.Equal("5m", expression.Selectors[0].Range);
        Assert.True(expression.Selectors[0].Asks("x", "=", "1"));
        Assert.True(expression.Selectors[0].Asks("y", "=~", "$y"));
        Assert.Equal(["job", "le", "job", "z"], expression.Groupings);
    }

    [Fact]
    public void Selectors_OfAFunctionWithStrings_AreNotTheStrings()
    {
        var expression = new Expression("""sum by (job, to) (label_replace(a, "to", "$1", "from", "(.*)"))""");

        Assert.Equal("a", Assert.Single(expression.Selectors).Metric);
        Assert.Equal("to", Assert.Single(expression.Replaced));
        Assert.Equal("from", Assert.Single(expression.Sources));
    }

    [Fact]
    public void Values_OfAMatcher_AreItsWordsWithoutVariables() =>
        Assert.Equal(["probe", "connect"], new Expression("""a{b!~"probe|connect|$c"}""").Selectors[0].Matchers[0].Values);
}
