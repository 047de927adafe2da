namespace Cacheme.Concurrency;

/// <summary>What tells the flights of one key apart.</summary>
/// <param name="Variant">How the work is done; flights of two variants run beside each other and do not share it.</param>
/// <param name="Kind">What the work brings; null where all bring the same. Two kinds of one variant do not run at once.</param>
/// <param name="IsFresh">Whether what is done already is of no use: who asks past the cache joins only what is under way.</param>
internal readonly record struct FlightForm(int Variant, Type? Kind, bool IsFresh = false);
