namespace Cacheme.Storage;

/// <summary>The lives of what a storage holds: they are prolonged without the values.</summary>
/// <remarks>May be called from many threads at once; every member throws when it cannot do what was asked.</remarks>
public interface IStorageLifetimes
{
    /// <summary>Lets values live for some time from now. Nothing is shortened: what lives longer, or for ever, stays as it is.</summary>
    /// <remarks>
    /// A key that is not there, or has expired, is no error. It may come late, when somebody has written another value: then that
    /// one lives longer than its write said, and never shorter.
    /// </remarks>
    /// <param name="keys">The keys, at least one; a key may stand more than once.</param>
    /// <param name="timeToLive">How long.</param>
    /// <param name="cancellationToken">Fires when nobody waits for it any more; it may still happen. One that has fired before makes it throw.</param>
    ValueTask ProlongAsync(IReadOnlyList<string> keys, TimeSpan timeToLive, CancellationToken cancellationToken);
}
