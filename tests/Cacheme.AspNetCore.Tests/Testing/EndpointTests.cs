using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Tests.Testing;

/// <summary>Tests of endpoints that hold both for the filter alone and under the middleware: a class derived from them asks for the other.</summary>
public abstract class EndpointTests
{
    /// <summary>Whether requests are answered before their arguments are bound.</summary>
    protected virtual bool IsEarly => false;

    /// <summary>Whether they are asked over HTTP/2; else over HTTP/1.1.</summary>
    protected virtual bool IsHttp2 => false;

    private protected Task<TestApp> StartAsync(Action<WebApplication> map, Action<IServiceCollection>? configure = null) => TestApp.StartAsync(
        web =>
        {
            if (IsEarly)
            {
                web.UseCacheme();
            }

            map(web);
        },
        configure,
        IsHttp2);
}
