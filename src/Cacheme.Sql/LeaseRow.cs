using System.Buffers.Binary;

namespace Cacheme.Sql;

/// <summary>A lease as it stands in a row.</summary>
/// <param name="Generation">Its generation; that of the last holder where nobody holds it.</param>
/// <param name="HeldUntil">In milliseconds since 1970; 0 where nobody holds it.</param>
public readonly record struct LeaseRow(long Generation, long HeldUntil)
{
    private const int Length = 2 * sizeof(long);
    private static readonly long Kept = (long)TimeSpan.FromHours(1).TotalMilliseconds;

    /// <summary>When the row may be swept away: long after the lease has run out.</summary>
    public long ForgottenAt => Math.Max(HeldUntil, Generation) + Kept;

    /// <summary>The key of a lease's row; it is no UTF-8, so it is no node's.</summary>
    /// <param name="key">The key that the lease is for.</param>
    public static byte[] KeyOf(string key) => [.. SqlKey.Encode(key), 0xFF];

    /// <summary>A lease that nobody has held. Generations begin with the time, so that they grow even where the row was swept away.</summary>
    /// <param name="now">The time, in milliseconds since 1970.</param>
    public static LeaseRow Free(long now) => new(now, 0);

    /// <summary>Reads a row.</summary>
    /// <param name="value">Its value; rubbish is a lease that nobody has held.</param>
    /// <param name="now">The time.</param>
    public static LeaseRow Of(ReadOnlySpan<byte> value, long now) => value.Length == Length
        ? new(BinaryPrimitives.ReadInt64BigEndian(value), BinaryPrimitives.ReadInt64BigEndian(value[sizeof(long)..]))
        : Free(now);

    /// <summary>Takes it; null where somebody holds it.</summary>
    /// <param name="now">The time.</param>
    /// <param name="duration">For how long.</param>
    public LeaseRow? TryTake(long now, TimeSpan duration) => HeldUntil > now ? null : new(Generation + 1, now + (long)duration.TotalMilliseconds);

    /// <summary>Holds it for longer; null where another generation has it, or it has run out.</summary>
    /// <param name="generation">Whose it is.</param>
    /// <param name="now">The time.</param>
    /// <param name="duration">For how long.</param>
    public LeaseRow? TryExtend(long generation, long now, TimeSpan duration) =>
        Generation == generation && HeldUntil > now ? this with { HeldUntil = now + (long)duration.TotalMilliseconds } : null;

    /// <summary>Gives it back; null where another generation has it.</summary>
    /// <param name="generation">Whose it is.</param>
    /// <param name="now">The time.</param>
    public LeaseRow? TryRelease(long generation, long now) => Generation == generation && HeldUntil > now ? this with { HeldUntil = 0 } : null;

    /// <summary>The row's value.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Generation);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(sizeof(long)), HeldUntil);
        return bytes;
    }
}
