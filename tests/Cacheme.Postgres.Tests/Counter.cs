using Cacheme.Testing;

namespace Cacheme.Postgres.Tests;

/// <summary>How often something was told, from any thread.</summary>
internal sealed class Counter
{
    private int _value;

    public int Value => Volatile.Read(ref _value);

    public void Add() => Interlocked.Increment(ref _value);

    /// <summary>Waits until it is higher.</summary>
    public Task RisesAsync(int from) => Eventually.HoldsAsync(() => Task.FromResult(Value > from));
}
