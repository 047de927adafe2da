namespace Cacheme;

/// <summary>Thrown at start-up when the set-up cannot work. The message names the node, the storage and the cure.</summary>
public sealed class CachemeSetupException : InvalidOperationException
{
    /// <summary>Makes one without a message.</summary>
    public CachemeSetupException()
    {
    }

    /// <summary>Makes one.</summary>
    /// <param name="message">What is wrong, and the cure.</param>
    public CachemeSetupException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with a cause.</summary>
    /// <param name="message">What is wrong, and the cure.</param>
    /// <param name="innerException">The cause.</param>
    public CachemeSetupException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
