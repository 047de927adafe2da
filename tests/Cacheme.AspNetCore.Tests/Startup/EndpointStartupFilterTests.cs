using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore.Tests.Startup;

/// <summary>The framework builds endpoints at the first request; a cached one is built, and refused, when the application starts.</summary>
public sealed class EndpointStartupFilterTests
{
    [Fact]
    public async Task Start_OnKestrel_BuildsTheEndpoints()
    {
        var built = new Counter();

        await using var app = await TestApp.StartAsync(web => web.MapGet("/", () => "").AddEndpointFilterFactory((_, next) =>
        {
            built.Next();
            return next;
        }));

        Assert.NotEqual(0, built.Count);
    }

    [Fact]
    public async Task Start_OnKestrelWithABadPlan_Throws() => await Assert.ThrowsAsync<CachemeSetupException>(() =>
        TestApp.StartAsync(web => web.MapGet("/{name}", (int userId, string name) => new User(userId, name)).CacheWith<UserNode>()));

    [Fact]
    public async Task Start_InAnApplicationFactoryWithABadPlan_Throws()
    {
        await using var factory = new TestAppFactory(routes =>
            routes.MapGet("/{name}", (int userId, string name) => new User(userId, name)).CacheWith<UserNode>());

        Assert.Throws<CachemeSetupException>(factory.CreateClient);
    }

    [Fact]
    public async Task Start_InAnApplicationFactory_Caches()
    {
        var runs = new Counter();
        await using var factory = new TestAppFactory(routes =>
            routes.MapGet("/users/{userId:int}", (int userId) => new User(userId, $"run {runs.Next()}")).CacheWith<UserNode>());
        using var client = factory.CreateClient();

        await client.GetStringAsync("/users/1", TestContext.Current.CancellationToken);

        Assert.Equal("""{"id":1,"name":"run 1"}""", await client.GetStringAsync("/users/1", TestContext.Current.CancellationToken));
    }
}
