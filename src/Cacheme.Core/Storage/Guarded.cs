using Polly.CircuitBreaker;

namespace Cacheme.Storage;

/// <summary>How a guarded operation ended for the one who waited for it.</summary>
/// <param name="Value">The answer; meaningless when there is an error.</param>
/// <param name="Error">Why there is no answer; null when there is one.</param>
/// <param name="Late">When the wait was given up: the error, or null, with which the operation ends after all. Never fails itself.</param>
internal readonly record struct Guarded<T>(T Value, Exception? Error, Task<Exception?>? Late = null)
{
    /// <summary>Whether the storage answered that it cannot, which may be due to one key of many; not whether it is slow or not asked.</summary>
    public bool IsRefused => Error is not (null or TimeoutException or BrokenCircuitException);
}
