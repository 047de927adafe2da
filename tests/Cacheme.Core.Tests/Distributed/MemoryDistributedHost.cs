using Cacheme.Testing.Distributed;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Internal;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Cacheme.Tests.Distributed;

/// <summary>Microsoft's cache in memory.</summary>
public sealed class MemoryDistributedHost : DistributedHost, ISystemClock
{
    private readonly FakeTimeProvider _time = new();

    public MemoryDistributedHost() => Cache = new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions { Clock = this }));

    public override IDistributedCache Cache { get; }

    public override DateTimeOffset Now => _time.GetUtcNow();

    public DateTimeOffset UtcNow => Now;

    public override ValueTask ElapseAsync(TimeSpan time)
    {
        _time.Advance(time);
        return default;
    }

    public override ValueTask DisposeAsync() => default;
}
