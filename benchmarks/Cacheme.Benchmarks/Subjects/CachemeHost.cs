using Cacheme.Benchmarks.Workloads;
using Cacheme.DependencyInjection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cacheme.Benchmarks.Subjects;

/// <summary>Cacheme in services of its own, with its defaults, asked through its face.</summary>
/// <remarks>Started as a host starts it. A real host would catch Ctrl-C, and end the run in place of the program.</remarks>
internal sealed class CachemeHost : ISubject
{
    private readonly Func<ICacheme, int[], ValueTask<bool>> _ask;
    private readonly FirstWarning _warning = new();
    private readonly ServiceProvider _services;
    private readonly ICacheme _cacheme;

    private CachemeHost(Source source, Action<CachemeBuilder> configure, Func<ICacheme, int[], ValueTask<bool>> ask)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(_warning).SetMinimumLevel(LogLevel.Warning));
        services.AddSingleton(source).AddCacheme(configure);
        _services = services.BuildServiceProvider();
        _cacheme = _services.GetRequiredService<ICacheme>();
        _ask = ask;
    }

    public string? Warning => _warning.Text;

    public static async Task<ISubject> StartAsync(
        Source source, Action<CachemeBuilder> configure, Func<ICacheme, int[], ValueTask<bool>> ask)
    {
        var subject = new CachemeHost(source, configure, ask);
        foreach (var service in subject._services.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
        }

        return subject;
    }

    public ValueTask<bool> AnswersAsync(int[] uids) => _ask(_cacheme, uids);

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
