namespace Cacheme.Storage;

/// <summary>Leases in a storage: of all processes that share it one holds a key's lease, for a time.</summary>
/// <remarks>May be called from many threads at once; every member throws when it cannot do what was asked.</remarks>
public interface IStorageLeases
{
    /// <summary>Takes the lease of a key if nobody holds it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="duration">How long it is held unless it is extended.</param>
    /// <param name="cancellationToken">Fires when nobody waits for it any more; the lease may be taken all the same, and then runs out.</param>
    /// <returns>Its generation, over that of every holder before; 0 where somebody holds it.</returns>
    ValueTask<long> TryTakeAsync(string key, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>Holds a lease for longer, from now.</summary>
    /// <param name="key">The key.</param>
    /// <param name="generation">Its generation.</param>
    /// <param name="duration">How long.</param>
    /// <param name="cancellationToken">Fires when nobody waits for it any more.</param>
    /// <returns>False where it has run out, and maybe somebody else holds it.</returns>
    ValueTask<bool> TryExtendAsync(string key, long generation, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>Gives a lease back; one that somebody else holds by now stays as it is.</summary>
    /// <param name="key">The key.</param>
    /// <param name="generation">Its generation.</param>
    /// <param name="cancellationToken">Fires when nobody waits for it any more.</param>
    ValueTask ReleaseAsync(string key, long generation, CancellationToken cancellationToken);
}
