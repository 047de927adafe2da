using MessagePack;

namespace Cacheme.Tests.Serialization;

/// <summary>What a cached value may be made of. MessagePack's contractless form ignores nothing of it; the attributes are for the other one.</summary>
[MessagePackObject]
public sealed record Sample(
    [property: Key(0)] int Number,
    [property: Key(1)] long? Maybe,
    [property: Key(2)] double Real,
    [property: Key(3)] decimal Money,
    [property: Key(4)] bool Flag,
    [property: Key(5)] string? Text,
    [property: Key(6)] Guid Id,
    [property: Key(7)] DayOfWeek Day,
    [property: Key(8)] DateTime At,
    [property: Key(9)] DateTimeOffset Offset,
    [property: Key(10)] DateOnly Date,
    [property: Key(11)] TimeSpan Span,
    [property: Key(12)] byte[] Bytes,
    [property: Key(13)] IReadOnlyList<string> Names,
    [property: Key(14)] Dictionary<string, int> Counts,
    [property: Key(15)] Dictionary<Guid, DateTime> Dates,
    [property: Key(16)] Sample? Child);
