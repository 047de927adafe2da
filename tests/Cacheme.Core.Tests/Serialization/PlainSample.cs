namespace Cacheme.Tests.Serialization;

/// <summary>A value as applications write them: not public, without attributes, with nested records, structs and tuples.</summary>
internal sealed record PlainSample(int Id, PlainSample.Part[] Parts, (int X, string? Y) Pair, Sample Whole)
{
    public DayOfWeek? Day { get; init; }

    internal readonly record struct Part(string Name, decimal Price);
}
