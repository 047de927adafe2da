using System.Globalization;
using StackExchange.Redis;

namespace Cacheme.Redis;

/// <summary>The id of a stream's record: the server's milliseconds, and a counter of the records of one millisecond.</summary>
/// <param name="Milliseconds">The milliseconds.</param>
/// <param name="Counter">The counter.</param>
internal readonly record struct RedisStreamId(ulong Milliseconds, ulong Counter)
{
    private const int CounterBits = 20;
    private const ulong MaxCounter = (1UL << CounterBits) - 1;

    // A clock gets there in the year 2248.
    private const ulong MaxMilliseconds = long.MaxValue >> CounterBits;

    /// <summary>Both in one, in the ids' order; null for an id that is too large for that.</summary>
    public long? Number => Milliseconds <= MaxMilliseconds && Counter <= MaxCounter ? (long)((Milliseconds << CounterBits) | Counter) : null;

    /// <summary>The id of a number.</summary>
    /// <param name="number">The number, not under zero.</param>
    public static RedisStreamId Of(long number) => new((ulong)number >> CounterBits, (ulong)number & MaxCounter);

    /// <summary>Reads an id as the server gives it.</summary>
    /// <param name="id">The id.</param>
    public static RedisStreamId Parse(RedisValue id)
    {
        var text = id.ToString();
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        return new(
            ulong.Parse(text.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture),
            ulong.Parse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Milliseconds}-{Counter}");
}
