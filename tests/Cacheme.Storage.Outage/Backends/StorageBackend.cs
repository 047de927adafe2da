using Cacheme.DependencyInjection;
using Cacheme.Storage.Outage.Faults;
using Microsoft.Extensions.Time.Testing;

namespace Cacheme.Storage.Outage.Backends;

/// <summary>A storage as its users have it: how it is registered, what is behind it, and what can befall it.</summary>
/// <remarks>A new storage adds a class of this kind; the conformance suite and the outage runs are written against it.</remarks>
public abstract class StorageBackend : IAsyncDisposable
{
    /// <summary>What it is called on the command line and in tables.</summary>
    public abstract string Name { get; }

    /// <summary>The package that it tries.</summary>
    public abstract string Package { get; }

    /// <summary>Its address; null for a storage that has none.</summary>
    public abstract string? Url { get; }

    /// <summary>What may stand in no log and no error; null when there is nothing of the kind.</summary>
    public virtual string? Secret => null;

    /// <summary>Whether it has leases, by which processes load once.</summary>
    public virtual bool HasLeases => true;

    /// <summary>Whether it prolongs lives without the values.</summary>
    public virtual bool HasLifetimes => true;

    /// <summary>By how much the storage's clock may differ from <see cref="ElapseAsync"/>: zero where the clock is ours.</summary>
    public virtual TimeSpan ClockError => TimeSpan.Zero;

    /// <summary>What is behind it goes away, and comes back later.</summary>
    public abstract Fault Killed { get; }

    /// <summary>What is behind it answers nothing for a while.</summary>
    public abstract Fault Frozen { get; }

    /// <summary>The faults of an outage run.</summary>
    public virtual IReadOnlyList<Fault> Faults => [Killed, Frozen, Killed with { Name = "down at start", BeforeStart = true }, new RubbishFault(this)];

    /// <summary>Starts what is behind the storage.</summary>
    public abstract Task StartAsync();

    /// <summary>Registers the storage by its own method.</summary>
    /// <param name="cacheme">Where.</param>
    /// <param name="storage">Its name there.</param>
    public abstract void Register(CachemeBuilder cacheme, string storage);

    /// <summary>Writes under keys as somebody else would, past the storage: many on one connection, which is closed before this returns.</summary>
    /// <param name="entries">The keys, as the storage is given them, and what to write.</param>
    public abstract Task OverwriteAsync(IReadOnlyList<KeyValuePair<string, byte[]>> entries);

    /// <summary>How many connections are open that belong to no observer.</summary>
    public abstract Task<int> CountConnectionsAsync();

    /// <summary>Lets time pass for the storage.</summary>
    /// <param name="time">The clock that the storage was given.</param>
    /// <param name="span">How much.</param>
    public virtual ValueTask ElapseAsync(FakeTimeProvider time, TimeSpan span)
    {
        time.Advance(span);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
