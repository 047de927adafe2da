using Cacheme.Benchmarks.Subjects;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cacheme.Benchmarks.Storages;

/// <summary>Payloads through Cacheme's face, with its defaults but for the timeout.</summary>
/// <remarks>On a busy machine a run must not turn into one that measures how fast a circuit that is open answers.</remarks>
internal sealed class CachemePayloads : IPayloads
{
    private const string Storage = "measured";

    private readonly FirstWarning _warning = new();
    private readonly ServiceProvider _services;
    private readonly ICacheme _cacheme;

    private CachemePayloads(StorageStand stand, byte[] missing)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(_warning).SetMinimumLevel(LogLevel.Warning));
        services.AddSingleton(missing).AddCacheme(cacheme =>
        {
            stand.Add(cacheme, Storage);
            cacheme.ConfigureStorage(Storage, options => options.Timeout = TimeSpan.FromSeconds(30));
            cacheme.AddNode<PayloadNode>(policy => policy.Version("v1").Cache(Storage));
        });
        _services = services.BuildServiceProvider();
        _cacheme = _services.GetRequiredService<ICacheme>();
    }

    public string? Warning => _warning.Text;

    public static async Task<IPayloads> StartAsync(StorageStand stand, byte[] missing)
    {
        var payloads = new CachemePayloads(stand, missing);
        foreach (var service in payloads._services.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
        }

        return payloads;
    }

    public ValueTask<byte[]> GetAsync(int id) => _cacheme.GetAsync(new PayloadNode(id));

    public ValueTask SetAsync(int id, byte[] payload) => _cacheme.SetAsync(new PayloadNode(id), payload);

    public ValueTask<IReadOnlyList<byte[]>> GetAllAsync(int[] ids) => _cacheme.GetAllAsync(ids.Select(id => new PayloadNode(id)));

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
