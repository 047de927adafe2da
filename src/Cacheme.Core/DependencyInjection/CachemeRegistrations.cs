using Cacheme.Storage;

namespace Cacheme.DependencyInjection;

/// <summary>Everything that was said in AddCacheme, in all its calls, before the host is built.</summary>
internal sealed class CachemeRegistrations
{
    public string Prefix { get; set; } = "cacheme";

    public int MaxKeyLength { get; set; } = 512;

    public List<LocalStorageRegistration> LocalStorages { get; } = [];

    public List<RemoteStorageRegistration> RemoteStorages { get; } = [];

    /// <summary>Storages by address, in the order they were added.</summary>
    public List<(string Name, string Url)> Addresses { get; } = [];

    /// <summary>What ConfigureStorage was told, by storage name.</summary>
    public List<(string Name, Action<StorageOptions> Configure)> StorageOptions { get; } = [];

    public Dictionary<string, Func<IServiceProvider, StorageUrl, IStorage>> Schemes { get; } = new(StringComparer.OrdinalIgnoreCase);

    public HashSet<Type> Modules { get; } = [];

    public List<NodeRegistration> Nodes { get; } = [];

    /// <summary>Policies that have a name and no node.</summary>
    public List<PolicyRegistration> Policies { get; } = [];

    /// <summary>Makes the faces that were asked for by name, so that what is wrong with them is told when the host starts.</summary>
    public List<Action<CachemeHost>> Faces { get; } = [];
}
