using Cacheme.Storage.Outage.Backends;

namespace Cacheme.Storage.Conformance.Suites;

/// <summary>A backend of one kind, started once for all suites of a storage.</summary>
/// <typeparam name="TBackend">The kind.</typeparam>
public sealed class BackendFixture<TBackend> : BackendFixture
    where TBackend : StorageBackend, new()
{
    /// <inheritdoc/>
    protected override StorageBackend Made { get; } = new TBackend();
}
