namespace Cacheme.MongoDB;

/// <summary>MongoDB could not do what a storage asked. The message holds the cause and the cure, and no key, value or password.</summary>
public sealed class MongoStorageException : IOException
{
    /// <summary>Makes one without a message.</summary>
    public MongoStorageException()
    {
    }

    /// <summary>Makes one.</summary>
    /// <param name="message">What is wrong, and the cure.</param>
    public MongoStorageException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with a cause.</summary>
    /// <param name="message">What is wrong, and the cure.</param>
    /// <param name="innerException">The cause; it is logged too, so it must hold no secret.</param>
    public MongoStorageException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
