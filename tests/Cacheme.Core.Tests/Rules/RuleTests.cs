using Cacheme.DependencyInjection;
using Cacheme.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.Tests.Rules;

/// <summary>What the tests of the ten rules share: a host with the test nodes and a source of values.</summary>
public abstract class RuleTests : IAsyncDisposable
{
    private readonly Lazy<CacheFixture> _fixture;

    protected RuleTests() => _fixture = new(() => new CacheFixture(
        cacheme =>
        {
            cacheme.AddNode<ItemNode>().AddNode<RemoteOnlyNode>().AddNode<BatchNode>().AddNode<NullableNode>().AddNode<StructNode, Item>();
            Configure(cacheme);
        },
        services => services.AddSingleton(Source)));

    protected Source Source { get; } = new();

    protected CacheFixture Fixture => _fixture.Value;

    protected ICacheme Cacheme => Fixture.Cacheme;

    protected FakeStorage Remote => Fixture.Remote;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_fixture.IsValueCreated)
        {
            await _fixture.Value.DisposeAsync();
        }
    }

    protected virtual void Configure(CachemeBuilder cacheme)
    {
    }
}
