using Cacheme.DependencyInjection;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.Benchmarks.Hits;

/// <summary>Cacheme's kinds of nodes, in one local storage.</summary>
internal sealed class CachemeHits : IAsyncDisposable
{
    private const int LocalSize = 10_000;

    private readonly ServiceProvider _services;
    private readonly string _policy;

    public CachemeHits(EvictionPolicy policy)
    {
        _policy = policy == EvictionPolicy.Lru ? "lru" : "tlfu";
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddCacheme(cacheme => Configure(cacheme, policy));
        _services = services.BuildServiceProvider();
    }

    public IEnumerable<HitSubject> Subjects() => [Struct(), TaggedStruct(), ClassByHandle(), ClassByFace(), Dynamic()];

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private static void Configure(CachemeBuilder cacheme, EvictionPolicy policy) => cacheme
        .AddLocal("local", LocalSize, policy)
        .AddNode<ProfileNode>()
        .AddNode<ProfileStructNode, string>()
        .AddNode<TaggedProfileStructNode, string>();

    private HitSubject Struct()
    {
        var cache = _services.GetRequiredService<INodeCache<ProfileStructNode, string>>();
        return new($"Cacheme {_policy}, record struct, INodeCache", async count =>
        {
            for (var i = 0; i < count; i++)
            {
                await cache.GetAsync(new ProfileStructNode(HitKeys.At(i)));
            }
        });
    }

    private HitSubject TaggedStruct()
    {
        var cache = _services.GetRequiredService<INodeCache<TaggedProfileStructNode, string>>();
        return new($"Cacheme {_policy}, record struct, ten tags", async count =>
        {
            for (var i = 0; i < count; i++)
            {
                await cache.GetAsync(new TaggedProfileStructNode(HitKeys.At(i)));
            }
        });
    }

    private HitSubject ClassByHandle()
    {
        var cache = _services.GetRequiredService<INodeCache<ProfileNode, string>>();
        return new($"Cacheme {_policy}, record class, INodeCache", async count =>
        {
            for (var i = 0; i < count; i++)
            {
                await cache.GetAsync(new ProfileNode(HitKeys.At(i)));
            }
        });
    }

    private HitSubject ClassByFace()
    {
        var cacheme = _services.GetRequiredService<ICacheme>();
        return new($"Cacheme {_policy}, record class, ICacheme", async count =>
        {
            for (var i = 0; i < count; i++)
            {
                await cacheme.GetAsync(new ProfileNode(HitKeys.At(i)));
            }
        });
    }

    private HitSubject Dynamic()
    {
        var cacheme = _services.GetRequiredService<ICacheme>();
        var nodes = cacheme.BuildNode<string>("profiles", policy => policy.Cache("local"));
        return new($"Cacheme {_policy}, dynamic, key at the call", async count =>
        {
            for (var i = 0; i < count; i++)
            {
                await cacheme.GetAsync(nodes.Key(HitKeys.Of(HitKeys.At(i))), static _ => new ValueTask<string>("profile"));
            }
        });
    }
}
