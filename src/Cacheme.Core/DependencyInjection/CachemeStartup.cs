using Microsoft.Extensions.Hosting;

namespace Cacheme.DependencyInjection;

/// <summary>Makes the storages and nodes when the host starts, so that a wrong set-up fails then, and lets the storages connect.</summary>
internal sealed class CachemeStartup(Func<CachemeHost> host) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => host().ConnectAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
