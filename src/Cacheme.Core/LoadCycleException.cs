namespace Cacheme;

/// <summary>Thrown to a load that waits for itself, directly or through other loads. The message names the chain of nodes.</summary>
public sealed class LoadCycleException : InvalidOperationException
{
    /// <summary>Makes one without a message.</summary>
    public LoadCycleException()
    {
    }

    /// <summary>Makes one.</summary>
    /// <param name="message">What is wrong, and the cure.</param>
    public LoadCycleException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with a cause.</summary>
    /// <param name="message">What is wrong, and the cure.</param>
    /// <param name="innerException">The cause.</param>
    public LoadCycleException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
