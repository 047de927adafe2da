namespace Cacheme;

/// <summary>Thrown when an invalidation did not reach every storage.</summary>
/// <remarks>
/// What could be done was done. The rest is tried again in the background until it succeeds or the entry has expired, and
/// until then this process does not read the keys from the storages named.
/// </remarks>
public sealed class InvalidationException : Exception
{
    /// <summary>Makes one without a message.</summary>
    public InvalidationException()
        : this([], null)
    {
    }

    /// <summary>Makes one.</summary>
    /// <param name="message">What went wrong.</param>
    public InvalidationException(string message)
        : base(message) => Storages = [];

    /// <summary>Makes one with a cause.</summary>
    /// <param name="message">What went wrong.</param>
    /// <param name="innerException">The cause.</param>
    public InvalidationException(string message, Exception? innerException)
        : base(message, innerException) => Storages = [];

    internal InvalidationException(IReadOnlyList<string> storages, Exception? innerException)
        : base(
            $"The invalidation did not reach {string.Join(", ", storages.Select(name => $"'{name}'"))}. It is tried again in the background; " +
            "until it succeeds this process does not read the keys from there, but other processes may.",
            innerException) => Storages = storages;

    /// <summary>The names of the storages that were not reached.</summary>
    public IReadOnlyList<string> Storages { get; }
}
