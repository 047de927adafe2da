using Cacheme.DependencyInjection;

namespace Cacheme.Benchmarks.Storages;

/// <summary>A storage that is measured: where it is, how Cacheme is told of it, and what one writes with its driver alone.</summary>
internal abstract class StorageStand(string name) : IAsyncDisposable
{
    /// <summary>The most that Cacheme and the driver may have under way at once where they hold connections.</summary>
    protected const int Connections = 8;

    public string Name => name;

    /// <summary>Adds the storage to a host.</summary>
    public abstract void Add(CachemeBuilder cacheme, string storage);

    /// <summary>Connects with the driver alone.</summary>
    /// <param name="missing">What is written where nothing is found.</param>
    public abstract Task<IPayloads> ConnectBareAsync(byte[] missing);

    /// <summary>Removes everything.</summary>
    public abstract Task ClearAsync();

    public abstract ValueTask DisposeAsync();
}
