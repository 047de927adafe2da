namespace Cacheme.AspNetCore.Tests.Testing;

/// <summary>Counts the runs of a handler.</summary>
internal sealed class Counter
{
    private int _count;

    public int Count => _count;

    public int Next() => Interlocked.Increment(ref _count);
}
