using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Primitives;

namespace Cacheme.AspNetCore.Tests.Testing;

/// <summary>Endpoints that come while the application runs: the framework builds all of them anew then.</summary>
internal sealed class LateSource : EndpointDataSource, IDisposable
{
    private readonly List<Endpoint> _endpoints = [];
    private CancellationTokenSource _changed = new();

    public override IReadOnlyList<Endpoint> Endpoints => [.. _endpoints];

    public void Add(string pattern)
    {
        _endpoints.Add(new RouteEndpointBuilder(_ => Task.CompletedTask, RoutePatternFactory.Parse(pattern), 0).Build());
        using var changed = _changed;
        _changed = new CancellationTokenSource();
        changed.Cancel();
    }

    public override IChangeToken GetChangeToken() => new CancellationChangeToken(_changed.Token);

    public void Dispose() => _changed.Dispose();
}
