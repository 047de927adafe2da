using Cacheme.Benchmarks.Workloads;
using Cacheme.DependencyInjection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cacheme.Benchmarks.Subjects;

/// <summary>Cacheme in a host of its own, with its defaults, asked through its face.</summary>
internal sealed class CachemeHost : ISubject
{
    private readonly Func<ICacheme, int[], ValueTask<bool>> _ask;
    private readonly FirstWarning _warning = new();
    private readonly IHost _host;
    private readonly ICacheme _cacheme;

    private CachemeHost(Source source, Action<CachemeBuilder> configure, Func<ICacheme, int[], ValueTask<bool>> ask)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(_warning).SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(source).AddCacheme(configure);
        _host = builder.Build();
        _cacheme = _host.Services.GetRequiredService<ICacheme>();
        _ask = ask;
    }

    public string? Warning => _warning.Text;

    public static async Task<ISubject> StartAsync(
        Source source, Action<CachemeBuilder> configure, Func<ICacheme, int[], ValueTask<bool>> ask)
    {
        var subject = new CachemeHost(source, configure, ask);
        await subject._host.StartAsync();
        return subject;
    }

    public ValueTask<bool> AnswersAsync(int[] uids) => _ask(_cacheme, uids);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
    }
}
