using Cacheme.Storage;

namespace Cacheme.DependencyInjection;

/// <summary>A remote storage that is to be made.</summary>
internal sealed record RemoteStorageRegistration(string Name, Func<IServiceProvider, IStorage> Create, StorageOptions Options);
