using Cacheme.Servers;
using Cacheme.Storage.Outage.Faults;

namespace Cacheme.Storage.Outage.Backends;

/// <summary>A storage in one server.</summary>
/// <typeparam name="TServer">The server.</typeparam>
public abstract class ServerBackend<TServer> : StorageBackend
    where TServer : ServerProcess
{
    private TServer? _server;

    /// <summary>The server.</summary>
    public TServer Server => _server ?? throw new InvalidOperationException("The server is started by StartAsync.");

    /// <inheritdoc/>
    public override Fault Killed => new(
        "killed",
        _ =>
        {
            Server.Stop();
            return Task.CompletedTask;
        },
        () => Server.RestartAsync());

    /// <inheritdoc/>
    public override Fault Frozen => new(
        "frozen",
        _ =>
        {
            Server.Pause();
            return Task.CompletedTask;
        },
        () =>
        {
            Server.Resume();
            return Task.CompletedTask;
        });

    /// <inheritdoc/>
    public override async Task StartAsync() => _server = await StartServerAsync();

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Starts the server and waits until it answers.</summary>
    protected abstract Task<TServer> StartServerAsync();
}
