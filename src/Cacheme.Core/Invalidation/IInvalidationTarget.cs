namespace Cacheme.Invalidation;

/// <summary>A node's cache, as the bus sees it.</summary>
internal interface IInvalidationTarget
{
    /// <summary>The node's name, the same in every process.</summary>
    string Node { get; }

    /// <summary>Whether its values have tags.</summary>
    bool HasTags { get; }

    /// <summary>How long an entry may live in a remote tier; null for ever.</summary>
    TimeSpan? LongestLife { get; }

    /// <summary>Whether it has remote tiers that may be this machine's own: what they hold may have been invalidated before this process came.</summary>
    bool HasTiersOfItsOwn { get; }

    /// <summary>Whether nothing is looked for that was written behind an invalidation.</summary>
    bool IsAtRest { get; }

    /// <summary>The count of invalidations that could not be told. Before they are told again.</summary>
    long Failures { get; }

    /// <summary>Begins to listen. Waits until what it took in before is done. Never fails.</summary>
    /// <param name="first">The first record that there is. What was invalidated before it nobody can say.</param>
    /// <param name="last">The last record that there was when the log was looked at.</param>
    /// <param name="forgets">Whether it lets go of what it has in memory and under way, since nobody listened until now.</param>
    Task BeginAsync(long first, long last, bool forgets);

    /// <summary>Takes in what was invalidated before it began to listen. Does not wait.</summary>
    /// <param name="group">Of this node.</param>
    /// <param name="number">The record's number.</param>
    void ReceiveFormer(InvalidationGroup group, long number);

    /// <summary>Lets go of what another process has invalidated. Does not wait.</summary>
    /// <param name="group">Of this node.</param>
    /// <param name="number">The record's number.</param>
    void Receive(InvalidationGroup group, long number);

    /// <summary>Removes the keys from the remote tiers once more, and tells the others once more. Never fails; what fails is tried again later.</summary>
    /// <param name="group">Of this node.</param>
    /// <param name="failures">The count of failures before the group was taken.</param>
    Task SendAgainAsync(InvalidationGroup group, long failures);

    /// <summary>Is told that everything was received that had been appended until then. Does not wait.</summary>
    /// <param name="began">When the look began, on the local clock.</param>
    void CaughtUp(long began);
}
