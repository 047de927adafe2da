namespace Cacheme.Benchmarks;

/// <summary>One run of one subject.</summary>
/// <param name="Time">From the first request to the last answer.</param>
/// <param name="Cpu">What this process, without Redis, took of the processors meanwhile.</param>
/// <param name="Allocated">The bytes that were allocated meanwhile.</param>
/// <param name="Loads">Keys that were loaded.</param>
/// <param name="Gets">GETs and MGETs that Redis was sent.</param>
/// <param name="Faults">What was not as it must be.</param>
internal sealed record Measured(TimeSpan Time, TimeSpan Cpu, long Allocated, long Loads, long Gets, IReadOnlyList<string> Faults);
