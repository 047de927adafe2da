using Cacheme.Storage.Outage.Backends;

namespace Cacheme.Storage.Conformance.Suites;

/// <summary>A backend, started once for all suites of a storage.</summary>
public abstract class BackendFixture : IAsyncLifetime
{
    private Exception? _missing;

    /// <summary>The backend. Skips the test where its server is not installed, or fails it where servers are required.</summary>
    public StorageBackend Backend => _missing is null ? Made : throw _missing;

    /// <summary>The backend, started or not.</summary>
    protected abstract StorageBackend Made { get; }

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        try
        {
            await Made.StartAsync();
        }
        catch (Servers.ServerMissingException missing)
        {
            // A fixture cannot be skipped: the tests find out when they ask for the backend.
            _missing = missing;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Made.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
