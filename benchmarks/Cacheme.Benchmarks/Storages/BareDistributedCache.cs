using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.StackExchangeRedis;

namespace Cacheme.Benchmarks.Storages;

/// <summary>The interface's own methods, and nothing else. It has none for many keys.</summary>
internal sealed class BareDistributedCache(RedisCache cache, byte[] missing) : IPayloads
{
    private static readonly DistributedCacheEntryOptions NoExpiry = new();

    public string? Warning => null;

    public async ValueTask<byte[]> GetAsync(int id)
    {
        var key = KeyOf(id);
        if (await cache.GetAsync(key).ConfigureAwait(false) is { } found)
        {
            return found;
        }

        await cache.SetAsync(key, missing, NoExpiry).ConfigureAwait(false);
        return missing;
    }

    public async ValueTask SetAsync(int id, byte[] payload) => await cache.SetAsync(KeyOf(id), payload, NoExpiry).ConfigureAwait(false);

    public async ValueTask<IReadOnlyList<byte[]>> GetAllAsync(int[] ids) =>
        await Task.WhenAll(ids.Select(id => GetAsync(id).AsTask())).ConfigureAwait(false);

    public ValueTask DisposeAsync()
    {
        cache.Dispose();
        return default;
    }

    private static string KeyOf(int id) => $"bare:payload:{id}:v1";
}
