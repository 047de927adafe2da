namespace Cacheme.Local;

/// <summary>A value that knows for how long nobody has used it.</summary>
internal interface IIdleValue
{
    /// <summary>Whether it has not been used for too long, and is not there any more.</summary>
    /// <param name="now">The time on the local clock.</param>
    bool IsIdle(long now);
}
