using Microsoft.Extensions.Caching.Hybrid;

namespace Cacheme.DropIn.Tests.Catalog;

/// <summary>What an application does with a HybridCache: closures, state, tags, options, flags, sets and removals.</summary>
internal sealed class CatalogService(HybridCache cache, CatalogDatabase database)
{
    private static readonly HybridCacheEntryOptions Brief = new() { Expiration = TimeSpan.FromMinutes(1), LocalCacheExpiration = TimeSpan.FromSeconds(10) };
    private static readonly HybridCacheEntryOptions Peek = new() { Flags = HybridCacheEntryFlags.DisableUnderlyingData };
    private static readonly HybridCacheEntryOptions Uncached = new() { Flags = HybridCacheEntryFlags.DisableLocalCache | HybridCacheEntryFlags.DisableDistributedCache };

    public async Task<Product?> FindAsync(int id, CancellationToken cancellationToken) => await cache.GetOrCreateAsync(
        $"product:{id}",
        (database, id),
        static async (state, token) => await state.database.FindAsync(state.id, token),
        Brief,
        ["products", $"product:{id}"],
        cancellationToken);

    public async Task<List<string>> NamesAsync(string department, CancellationToken cancellationToken) => await cache.GetOrCreateAsync(
        $"names:{department}",
        async token => await database.NamesAsync(department, token),
        tags: ["products"],
        cancellationToken: cancellationToken);

    public async Task<Price> PriceAsync(int id, CancellationToken cancellationToken) => await cache.GetOrCreateAsync(
        "price:" + id, async token => await database.PriceAsync(id, token), cancellationToken: cancellationToken);

    public async Task<Product?> PeekAsync(int id, CancellationToken cancellationToken) => await cache.GetOrCreateAsync<Product?>(
        $"product:{id}", static _ => throw new InvalidOperationException("A peek loads nothing."), Peek, cancellationToken: cancellationToken);

    public async Task<Product?> FindAfreshAsync(int id, CancellationToken cancellationToken) => await cache.GetOrCreateAsync(
        $"product:{id}", async token => await database.FindAsync(id, token), Uncached, cancellationToken: cancellationToken);

    public async Task RenameAsync(int id, string name, CancellationToken cancellationToken)
    {
        database.Rename(id, name);
        await cache.RemoveByTagAsync($"product:{id}", cancellationToken);
    }

    public async Task PutAsync(Product product, CancellationToken cancellationToken) =>
        await cache.SetAsync($"product:{product.Id}", product, Brief, ["products"], cancellationToken);

    public async Task ForgetAsync(IEnumerable<int> ids, CancellationToken cancellationToken) =>
        await cache.RemoveAsync(ids.Select(id => $"product:{id}"), cancellationToken);

    public async Task ForgetAllAsync(CancellationToken cancellationToken) => await cache.RemoveByTagAsync("products", cancellationToken);
}
