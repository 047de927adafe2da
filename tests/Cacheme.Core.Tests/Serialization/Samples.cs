using CsCheck;

namespace Cacheme.Tests.Serialization;

/// <summary>Makes samples of every kind. Texts are whole: a lone surrogate is no text, and becomes a replacement character.</summary>
internal static class Samples
{
    private static readonly Gen<string> Text = Gen.Char['\0', '\uD7FF'].Array[0, 30].Select(chars => new string(chars));

    private static readonly Gen<DateTime> Moment = Gen.Select(
        Gen.Long[DateTime.MinValue.AddDays(2).Ticks, DateTime.MaxValue.AddDays(-2).Ticks],
        Gen.Enum<DateTimeKind>(),
        (ticks, kind) => new DateTime(ticks, kind));

    // MessagePack and JSON both write an offset in minutes, as DateTimeOffset has it.
    private static readonly Gen<DateTimeOffset> Offset = Gen.Select(
        Gen.Long[DateTime.MinValue.AddDays(2).Ticks, DateTime.MaxValue.AddDays(-2).Ticks],
        Gen.Int[-14 * 60, 14 * 60],
        (ticks, minutes) => new DateTimeOffset(ticks, TimeSpan.FromMinutes(minutes)));

    public static Gen<Sample> Any { get; } = Level(Level(Gen.Const((Sample?)null)).Null());

    public static Gen<PlainSample> Plain { get; } = Gen.Select(
        Gen.Int,
        Gen.Select(Text, Gen.Decimal, (name, price) => new PlainSample.Part(name, price)).Array[0, 4],
        Gen.Select(Gen.Int, Text.Null(), (x, y) => (x, y)),
        Any,
        Gen.Enum<DayOfWeek>().Select(day => (DayOfWeek?)day),
        (id, parts, pair, whole, day) => new PlainSample(id, parts, pair, whole) { Day = day });

    private static Gen<Sample> Level(Gen<Sample?> child) =>
        from number in Gen.Int
        from maybe in Gen.Long.Nullable()
        from real in Gen.Double
        from money in Gen.Decimal
        from flag in Gen.Bool
        from text in Text.Null()
        from id in Gen.Guid
        from day in Gen.Enum<DayOfWeek>()
        from at in Moment
        from offset in Offset
        from date in Gen.DateOnly
        from span in Gen.TimeSpan
        from bytes in Gen.Byte.Array[0, 20]
        from names in Text.Array[0, 5]
        from counts in Gen.Dictionary(Text, Gen.Int)[0, 5]
        from dates in Gen.Dictionary(Gen.Guid, Moment)[0, 5]
        from inner in child
        select new Sample(
            number, maybe, real, money, flag, text, id, day, at, offset, date, span, bytes, names, counts, dates, inner);
}
