namespace Cacheme.Benchmarks.Hits;

/// <summary>A way to get a value that is in memory.</summary>
/// <param name="Name">Its row in the table.</param>
/// <param name="Run">Gets so many values, one after another.</param>
internal sealed record HitSubject(string Name, Func<int, ValueTask> Run);
