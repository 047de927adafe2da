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

    /// <summary>Lets go of what it has in memory and under way, when it begins to listen. Does not wait.</summary>
    void Forget();

    /// <summary>Lets go of what other processes have invalidated. Does not wait.</summary>
    /// <param name="keys">The full keys; empty for all.</param>
    /// <param name="cause">The number of the record by which it was invalidated first: what was loaded in its knowledge is as good as new.</param>
    /// <param name="stale">What the load of an entry in a remote tier must have known for the entry to be read.</param>
    void Receive(IReadOnlyCollection<string> keys, long cause, long stale);

    /// <summary>Removes the keys from the remote tiers once more, and tells the others once more. Never fails; what fails is tried again later.</summary>
    /// <param name="keys">The full keys; empty for all, of which the remote tiers cannot be asked.</param>
    Task SendAgainAsync(IReadOnlyCollection<string> keys);

    /// <summary>Is told that everything was received that had been appended until then.</summary>
    /// <param name="began">When the look began, on the local clock.</param>
    void CaughtUp(long began);
}
