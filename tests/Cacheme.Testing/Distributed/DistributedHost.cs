using Microsoft.Extensions.Caching.Distributed;

namespace Cacheme.Testing.Distributed;

/// <summary>A provider of an <see cref="IDistributedCache"/>, and its clock.</summary>
public abstract class DistributedHost : IAsyncDisposable
{
    public abstract IDistributedCache Cache { get; }

    /// <summary>The time by which absolute expirations are reckoned.</summary>
    public abstract DateTimeOffset Now { get; }

    /// <summary>Lets time pass for the cache.</summary>
    public abstract ValueTask ElapseAsync(TimeSpan time);

    public abstract ValueTask DisposeAsync();
}
