namespace Cacheme;

/// <summary>Thrown when it cannot be said whether there is a value, where a policy wants to know: a storage could not be asked.</summary>
public sealed class CacheReadException : Exception
{
    /// <summary>Makes one without a message.</summary>
    public CacheReadException()
        : this([], null)
    {
    }

    /// <summary>Makes one.</summary>
    /// <param name="message">What went wrong.</param>
    public CacheReadException(string message)
        : base(message) => Storages = [];

    /// <summary>Makes one with a cause.</summary>
    /// <param name="message">What went wrong.</param>
    /// <param name="innerException">The cause.</param>
    public CacheReadException(string message, Exception? innerException)
        : base(message, innerException) => Storages = [];

    internal CacheReadException(IReadOnlyList<string> storages, Exception? innerException)
        : base(
            $"The value could not be looked for in {string.Join(", ", storages.Select(name => $"'{name}'"))}"
            + (innerException is null ? ": a write of the key has failed there, and what it holds must not be read." : "."),
            innerException) => Storages = storages;

    /// <summary>The names of the storages that could not be asked.</summary>
    public IReadOnlyList<string> Storages { get; }
}
