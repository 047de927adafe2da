namespace Cacheme.Benchmarks.Web;

/// <summary>What the server has used since it started.</summary>
/// <param name="CpuMicroseconds">Of the processors.</param>
/// <param name="AllocatedBytes">Of memory.</param>
/// <param name="HandlerRuns">How often the handler of each path has run.</param>
public sealed record WebFigures(double CpuMicroseconds, long AllocatedBytes, IReadOnlyDictionary<string, int> HandlerRuns);
