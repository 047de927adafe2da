using System.Net;
using WebApi.Users;

namespace Cacheme.WebApi.Tests;

public sealed class UserEndpointsTests : IDisposable
{
    private const string Requests = "cacheme_cache_requests_total";
    private const string Loads = "cacheme_load_duration_seconds_count";

    private static readonly (string, string) Node = ("cacheme_node", nameof(UserInfoNode));

    private readonly SampleFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task User_AskedForTwice_IsOneMissOneHitAndOneLoadInTheMetrics()
    {
        await using var app = new SampleApp(_folder);
        using var client = app.CreateClient();

        var first = await client.GetStringAsync("/users/1", Token);
        var second = await client.GetStringAsync("/users/1", Token);
        var metrics = new MetricsText(await client.GetStringAsync("/metrics", Token));

        Assert.Equal("""{"userId":1,"name":"Ada Example","email":"ada@example.org","friends":[4,8]}""", first);
        Assert.Equal(first, second);
        Assert.Equal(2, metrics.Sum(Requests, Node));
        Assert.Equal(1, metrics.Sum(Requests, Node, ("cacheme_result", "miss"), ("cacheme_tier", "none")));
        Assert.Equal(1, metrics.Sum(Requests, Node, ("cacheme_result", "hit"), ("cacheme_tier", "local")));
        Assert.Equal(1, metrics.Sum(Loads, Node));
    }

    [Fact]
    public async Task Nobody_Is404EachTime()
    {
        await using var app = new SampleApp(_folder);
        using var client = app.CreateClient();

        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/users/99", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/users/99", Token)).StatusCode);
    }
}
