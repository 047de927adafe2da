using Cacheme.DropIn.Tests.Catalog;
using Cacheme.Servers;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.DropIn.Tests;

/// <summary>An application of which nothing but the cache's registration was changed: it answers the same, from the same number of queries.</summary>
public sealed class DropInTests
{
    private const string Expected = """
        GET /products/1: 200 {"id":1,"name":"Lamp","department":"lights","labels":["new"]}, 1 queries
        GET /products/1: 200 {"id":1,"name":"Lamp","department":"lights","labels":["new"]}, 0 queries
        GET /labels/1: 200 {"id":1,"name":"Lamp","department":"lights","labels":["new","seen"]}, 0 queries
        GET /products/1: 200 {"id":1,"name":"Lamp","department":"lights","labels":["new"]}, 0 queries
        GET /products/9: 404 , 1 queries
        GET /products/9: 404 , 0 queries
        GET /products/2/peek: 404 , 0 queries
        GET /products/2/afresh: 200 {"id":2,"name":"Torch","department":"lights","labels":[]}, 1 queries
        GET /products/2/peek: 404 , 0 queries
        GET /departments/lights: 200 ["Lamp","Torch"], 1 queries
        GET /departments/lights: 200 ["Lamp","Torch"], 0 queries
        GET /products/3/price: 200 2999, 1 queries
        GET /products/3/price: 200 2999, 0 queries
        GET /products/0/price: 500 There is no such price., 1 queries
        GET /products/0/price: 500 There is no such price., 1 queries
        rename 1: 200 , 0 queries
        GET /products/1: 200 {"id":1,"name":"Floor lamp","department":"lights","labels":["new"]}, 1 queries
        GET /departments/lights: 200 ["Lamp","Torch"], 0 queries
        put 2: 200 , 0 queries
        GET /products/2: 200 {"id":2,"name":"Candle","department":"lights","labels":[]}, 0 queries
        forget ?id=2&id=9: 200 , 0 queries
        GET /products/2: 200 {"id":2,"name":"Torch","department":"lights","labels":[]}, 1 queries
        GET /products/1: 200 {"id":1,"name":"Floor lamp","department":"lights","labels":["new"]}, 0 queries
        forget : 200 , 0 queries
        GET /products/1: 200 {"id":1,"name":"Floor lamp","department":"lights","labels":["new"]}, 1 queries
        GET /departments/lights: 200 ["Floor lamp","Torch"], 1 queries
        GET /products/3/price: 200 2999, 0 queries
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Application_WithMicrosofts_AnswersThis() => await AssertAnswersAsync(Registrations.Microsofts, redis: null);

    [Fact]
    public async Task Application_WithCacheme_AnswersTheSame() => await AssertAnswersAsync(Registrations.CachemeInMemory, redis: null);

    [Fact]
    public async Task ApplicationWithASecondTier_WithMicrosofts_AnswersThis() => await AssertAnswersWithRedisAsync(Registrations.Microsofts);

    [Fact]
    public async Task ApplicationWithASecondTier_WithCacheme_AnswersTheSame() =>
        await AssertAnswersWithRedisAsync(Registrations.CachemeInFrontOfTheApplicationsCache);

    private static async Task AssertAnswersWithRedisAsync(Action<IServiceCollection> addCache)
    {
        await using var redis = await RedisServer.StartAsync();
        await AssertAnswersAsync(addCache, redis.EndPoint);

        // A new process finds what the last one has stored.
        await using var app = await CatalogApplication.StartAsync(addCache, redis.EndPoint, Token);
        using var script = new CatalogScript(app, Token);
        await script.GetAsync("/products/1", "/departments/lights", "/products/3/price", "/products/3");
        Assert.Equal(
            """
            GET /products/1: 200 {"id":1,"name":"Floor lamp","department":"lights","labels":["new"]}, 0 queries
            GET /departments/lights: 200 ["Floor lamp","Torch"], 0 queries
            GET /products/3/price: 200 2999, 0 queries
            GET /products/3: 200 {"id":3,"name":"Chair","department":"seats","labels":["wood"]}, 1 queries
            """,
            script.Transcript);
    }

    private static async Task AssertAnswersAsync(Action<IServiceCollection> addCache, string? redis)
    {
        await using var app = await CatalogApplication.StartAsync(addCache, redis, Token);
        using var script = new CatalogScript(app, Token);

        await script.GetAsync("/products/1", "/products/1", "/labels/1", "/products/1");
        await script.GetAsync("/products/9", "/products/9", "/products/2/peek", "/products/2/afresh", "/products/2/peek");
        await script.GetAsync("/departments/lights", "/departments/lights", "/products/3/price", "/products/3/price");
        await script.GetAsync("/products/0/price", "/products/0/price");
        await script.RenameAsync(1, "Floor lamp");
        await script.GetAsync("/products/1", "/departments/lights");
        await script.PutAsync(new Product(2, "Candle", "lights", []));
        await script.GetAsync("/products/2");
        await script.ForgetAsync("?id=2&id=9");
        await script.GetAsync("/products/2", "/products/1");
        await script.ForgetAsync("");
        await script.GetAsync("/products/1", "/departments/lights", "/products/3/price");

        Assert.Equal(Expected, script.Transcript);
    }
}
