namespace Cacheme.DependencyInjection;

/// <summary>A local storage that is to be made.</summary>
internal sealed record LocalStorageRegistration(string Name, int Size, EvictionPolicy Policy);
