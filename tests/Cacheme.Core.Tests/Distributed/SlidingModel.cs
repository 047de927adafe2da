namespace Cacheme.Tests.Distributed;

/// <summary>What a key that slides may answer: its value until the span after its last use, and perhaps up to a tenth of the span, a minute at most, beyond it.</summary>
internal sealed class SlidingModel
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private int? _value;
    private TimeSpan _span;
    private DateTimeOffset _end;
    private DateTimeOffset _usedAt;
    private DateTimeOffset _perhapsUsedAt;

    private TimeSpan Pause => _span / 10 < LongestPause ? _span / 10 : LongestPause;

    public void Set(int value, TimeSpan span, TimeSpan? end, DateTimeOffset now)
    {
        (_value, _span, _usedAt, _perhapsUsedAt) = (value, span, now, now);
        _end = end is { } life ? now + life : DateTimeOffset.MaxValue;
    }

    public void Remove() => _value = null;

    /// <summary>A use of which nobody is told whether it found anything.</summary>
    public void Use(DateTimeOffset now)
    {
        if (MustBeThere(now))
        {
            (_usedAt, _perhapsUsedAt) = (now, now);
        }
        else if (MayBeThere(now))
        {
            _perhapsUsedAt = now;
        }
    }

    public void Check(int? found, DateTimeOffset now)
    {
        if (found is null)
        {
            Assert.False(MustBeThere(now), $"{_value} has gone {now - _usedAt} after its last use, with a span of {_span}.");
            _value = null;
            return;
        }

        Assert.Equal(_value, found);
        Assert.True(MayBeThere(now), $"{_value} is there {now - _perhapsUsedAt} after its last use, with a span of {_span}.");
        (_usedAt, _perhapsUsedAt) = (now, now);
    }

    private bool MustBeThere(DateTimeOffset now) => _value is not null && now < _usedAt + _span && now < _end;

    private bool MayBeThere(DateTimeOffset now) => _value is not null && now < _perhapsUsedAt + _span + Pause && now < _end;
}
