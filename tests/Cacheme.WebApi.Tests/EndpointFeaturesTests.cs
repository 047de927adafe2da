using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Cacheme.WebApi.Tests;

/// <summary>What the sample shows of cached endpoints.</summary>
public sealed class EndpointFeaturesTests : IDisposable
{
    private readonly SampleFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task User_WithTheTagOfTheFirstAnswer_Is304()
    {
        await using var app = new SampleApp(_folder);
        using var client = app.CreateClient();
        using var first = await client.GetAsync("/users/1", Token);
        client.DefaultRequestHeaders.IfNoneMatch.Add(first.Headers.ETag!);

        using var second = await client.GetAsync("/users/1", Token);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.StartsWith("Cacheme; hit; ttl=", second.Headers.GetValues("Cache-Status").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Me_IsWhoseTokenItIs()
    {
        await using var app = new SampleApp(_folder);
        using var ada = await LoggedInAsync(app, 1);
        using var other = await LoggedInAsync(app, 2);
        using var nobody = app.CreateClient();

        var first = await ada.GetStringAsync("/users/me", Token);

        Assert.Contains("\"userId\":1", first, StringComparison.Ordinal);
        Assert.Equal(first, await ada.GetStringAsync("/users/me?userId=2", Token));
        Assert.Contains("\"userId\":2", await other.GetStringAsync("/users/me", Token), StringComparison.Ordinal);
        using var refused = await nobody.GetAsync("/users/me", Token);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task Place_IsTheCity_AndNoneIsA404ThatIsKept()
    {
        await using var app = new SampleApp(_folder);
        using var client = app.CreateClient();

        Assert.Equal(await client.GetStringAsync("/cities/2673730", Token), await client.GetStringAsync("/places/2673730", Token));
        Assert.Equal(await client.GetStringAsync("/cities/2673730", Token), await client.GetStringAsync("/controllers/cities/2673730", Token));
        using var first = await client.GetAsync("/places/1", Token);
        using var second = await client.GetAsync("/places/1", Token);
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (first.StatusCode, second.StatusCode));
        Assert.StartsWith("Cacheme; hit", second.Headers.GetValues("Cache-Status").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_MayBeKeptByClientsWhereTheCacheHasIt()
    {
        await using var app = new SampleApp(_folder);
        using var client = app.CreateClient();
        using var first = await client.GetAsync("/cities/search?prefix=Stock", Token);
        using var second = await client.GetAsync("/cities/search?prefix=Stock", Token);

        // The doorkeeper lets it in when it is seen again.
        Assert.Equal((false, true), (first.Headers.CacheControl?.Public, second.Headers.CacheControl?.Public));
    }

    private static async Task<HttpClient> LoggedInAsync(SampleApp app, int userId)
    {
        var client = app.CreateClient();
        using var answer = await client.PostAsync($"/login/{userId}", null, Token);
        var login = await answer.Content.ReadFromJsonAsync<JsonElement>(Token);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", login.GetProperty("accessToken").GetString());
        return client;
    }
}
