using Cacheme.Invalidation;
using Microsoft.Extensions.Time.Testing;

namespace Cacheme.Tests.Invalidation;

public sealed class LookPaceTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Next_AHundredAtOnce_ThenAHundredthOfTheInterval()
    {
        var pace = new LookPace(TimeSpan.FromSeconds(1), _time);
        for (var look = 0; look < 100; look++)
        {
            Assert.Equal(TimeSpan.Zero, pace.Next());
        }

        Assert.Equal(TimeSpan.FromMilliseconds(10), pace.Next());
        _time.Advance(TimeSpan.FromMilliseconds(10));
        Assert.Equal(TimeSpan.FromMilliseconds(10), pace.Next());
    }

    [Fact]
    public void Next_ALookInTime_NeverWaits()
    {
        var pace = new LookPace(TimeSpan.FromSeconds(1), _time);

        for (var look = 0; look < 1_000; look++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(11));
            Assert.Equal(TimeSpan.Zero, pace.Next());
        }
    }
}
