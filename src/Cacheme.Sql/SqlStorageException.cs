namespace Cacheme.Sql;

/// <summary>A database could not do what a storage asked. The message holds the cause and the cure, and no key, value or password.</summary>
public sealed class SqlStorageException : IOException
{
    /// <summary>Makes one without a message.</summary>
    public SqlStorageException()
    {
    }

    /// <summary>Makes one.</summary>
    /// <param name="message">What is wrong, and the cure.</param>
    public SqlStorageException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with a cause.</summary>
    /// <param name="message">What is wrong, and the cure.</param>
    /// <param name="innerException">The cause; it is logged too, so it must hold no secret.</param>
    public SqlStorageException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
