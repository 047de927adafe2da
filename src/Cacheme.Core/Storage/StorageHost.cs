using System.Globalization;

namespace Cacheme.Storage;

/// <summary>A host of a storage's address.</summary>
/// <param name="Name">The host's name or address; an IPv6 address is in brackets.</param>
/// <param name="Port">The port; null when the address does not say.</param>
public readonly record struct StorageHost(string Name, int? Port)
{
    /// <summary>The host as it stands in an address: <c>name:port</c> or <c>name</c>.</summary>
    public override string ToString() =>
        Port is { } port ? $"{Name}:{port.ToString(CultureInfo.InvariantCulture)}" : Name;
}
