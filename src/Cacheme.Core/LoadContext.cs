using Microsoft.Extensions.DependencyInjection;

namespace Cacheme;

/// <summary>What a load may use: services of a scope of its own, and the token that fires when nobody waits for it any more.</summary>
/// <remarks>Made by the cache for each load; a test of a node's load makes its own. Valid until the load ends. The scope is made when a service is first asked for. Safe for use by parallel parts of one load.</remarks>
public sealed class LoadContext : IAsyncDisposable
{
    private readonly IServiceScopeFactory _scopes;
    private readonly Lock _lock = new();
    private AsyncServiceScope? _scope;
    private bool _ended;

    /// <summary>Makes the context of one load.</summary>
    /// <param name="scopes">Makes the load's scope, when a service is first asked for.</param>
    /// <param name="cancellationToken">Ends the load.</param>
    public LoadContext(IServiceScopeFactory scopes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scopes);
        _scopes = scopes;
        CancellationToken = cancellationToken;
    }

    /// <summary>Fires when the last caller who waited for this load has left.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>The services of the load's scope. They are disposed when the load has ended.</summary>
    /// <exception cref="ObjectDisposedException">The load has ended.</exception>
    public IServiceProvider Services
    {
        get
        {
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_ended, this);
                return (_scope ??= _scopes.CreateAsyncScope()).ServiceProvider;
            }
        }
    }

    /// <summary>A service of the load's scope.</summary>
    /// <typeparam name="T">The service's type.</typeparam>
    /// <exception cref="InvalidOperationException">No such service is registered.</exception>
    public T GetRequiredService<T>()
        where T : notnull => Services.GetRequiredService<T>();

    /// <summary>Ends the load: disposes the services of its scope.</summary>
    public ValueTask DisposeAsync()
    {
        AsyncServiceScope? scope;
        lock (_lock)
        {
            _ended = true;
            scope = _scope;
        }

        // Without the lock: what a service does when it is disposed is not ours.
        return scope?.DisposeAsync() ?? default;
    }
}
