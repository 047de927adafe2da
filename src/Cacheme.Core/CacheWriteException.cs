namespace Cacheme;

/// <summary>Thrown when a value did not reach every storage, by the faces whose callers rely on what they store.</summary>
/// <remarks>
/// What could be done was done. What the storages named have under the key is removed in the background, and until then this
/// process does not read the key from there.
/// </remarks>
public sealed class CacheWriteException : Exception
{
    /// <summary>Makes one without a message.</summary>
    public CacheWriteException()
        : this([], null)
    {
    }

    /// <summary>Makes one.</summary>
    /// <param name="message">What went wrong.</param>
    public CacheWriteException(string message)
        : base(message) => Storages = [];

    /// <summary>Makes one with a cause.</summary>
    /// <param name="message">What went wrong.</param>
    /// <param name="innerException">The cause.</param>
    public CacheWriteException(string message, Exception? innerException)
        : base(message, innerException) => Storages = [];

    internal CacheWriteException(IReadOnlyList<string> storages, Exception? innerException)
        : base(
            $"The value did not reach {string.Join(", ", storages.Select(name => $"'{name}'"))}. What is there under its key is removed in the background; " +
            "until then this process does not read the key from there, but other processes may.",
            innerException) => Storages = storages;

    /// <summary>The names of the storages that were not reached.</summary>
    public IReadOnlyList<string> Storages { get; }
}
