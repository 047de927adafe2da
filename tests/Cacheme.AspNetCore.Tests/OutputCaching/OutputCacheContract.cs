using System.Net;
using System.Net.Http.Headers;
using Cacheme.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Tests.OutputCaching;

/// <summary>What an application sees of output caching, whichever store is under it; through the stock middleware and HTTP.</summary>
public abstract class OutputCacheContract : IAsyncLifetime
{
    private OutputCachedApp? _app;

    private protected OutputCachedApp App => _app!; // Not null: made before each test.

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync() => _app = await OutputCachedApp.StartAsync(AddStore);

    public virtual async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>What a client gets after another has left in the middle.</summary>
    protected virtual string AfterOneHasLeft => "first second";

    protected abstract void AddStore(IServiceCollection services);

    [Fact]
    public async Task Get_Again_IsTheStoredResponseWithItsAge()
    {
        using var first = await App.Client.GetAsync("/plain", Token);
        using var second = await App.Client.GetAsync("/plain", Token);

        Assert.Equal("#1", await second.Content.ReadAsStringAsync(Token));
        Assert.Equal(first.Content.Headers.ContentType, second.Content.Headers.ContentType);
        Assert.Null(first.Headers.Age);
        Assert.NotNull(second.Headers.Age);
        Assert.Equal(1, App.Runs.Count);
    }

    [Fact]
    public async Task Get_AnotherQuery_IsAnotherResponse()
    {
        Assert.Equal("a#1", await App.GetAsync("/plain?q=a"));
        Assert.Equal("b#2", await App.GetAsync("/plain?q=b"));
        Assert.Equal("a#1", await App.GetAsync("/plain?q=a"));
    }

    [Fact]
    public async Task Get_AQueryOfThousandsOfCharacters_IsStored()
    {
        var query = new string('ä', 700);

        Assert.Equal($"{query}#1", await App.GetAsync($"/plain?q={query}"));
        Assert.Equal($"{query}#1", await App.GetAsync($"/plain?q={query}"));
        Assert.Equal($"{query}a#2", await App.GetAsync($"/plain?q={query}a"));
    }

    [Fact]
    public async Task Get_ALargeBody_ComesBackByteForByte()
    {
        _ = await App.Client.GetByteArrayAsync("/large", Token);

        Assert.Equal(OutputCachedApp.Large(1), await App.Client.GetByteArrayAsync("/large", Token));
        Assert.Equal(OutputCachedApp.Large(1), await App.Client.GetByteArrayAsync("/large", Token));
    }

    [Fact]
    public async Task Get_AResponseWithoutABody_IsStoredWithItsHeaders()
    {
        using var first = await App.Client.GetAsync("/empty", Token);
        using var second = await App.Client.GetAsync("/empty", Token);

        Assert.Equal("1", second.Headers.GetValues("X-Run").Single());
    }

    [Fact]
    public async Task Get_WithTheTagOfTheResponse_IsNotModified()
    {
        _ = await App.GetAsync("/etag");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/etag");
        request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue("\"1\""));

        using var response = await App.Client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.NotModified, response.StatusCode);
        Assert.Equal(1, App.Runs.Count);
    }

    [Fact]
    public async Task Evict_ByTag_RemovesWhatHasItAndNothingElse()
    {
        Assert.Equal("#1", await App.GetAsync("/tagged"));
        Assert.Equal("#2", await App.GetAsync("/plain"));

        await App.Store.EvictByTagAsync("products", Token);
        await App.Store.EvictByTagAsync("nobody's", Token);

        Assert.Equal("#3", await App.GetAsync("/tagged"));
        Assert.Equal("#2", await App.GetAsync("/plain"));
    }

    [Fact]
    public async Task Get_AnotherClientHasLeftInTheMiddle_IsTheWholeResponse()
    {
        using (var response = await App.Client.GetAsync("/halves", HttpCompletionOption.ResponseHeadersRead, Token))
        {
            await App.Middle.Entered;
        }

        // The response was disposed of: its connection is closed, which the server notices in its own time.
        await Eventually.HoldsAsync(() => Task.FromResult(App.Ended.Count == 1));
        App.Middle.Open();
        Assert.Equal(AfterOneHasLeft, await App.GetAsync("/halves"));
        Assert.Equal(AfterOneHasLeft, await App.GetAsync("/halves"));
    }

    [Fact]
    public async Task Store_NothingUnderTheKey_IsNull() => Assert.Null(await App.Store.GetAsync("nothing", Token));

    [Fact]
    public async Task Store_WithoutTags_IsStored()
    {
        await App.Store.SetAsync("key", [1, 2], null, TimeSpan.FromMinutes(1), Token);
        await App.Store.SetAsync("empty", [], [], TimeSpan.FromMinutes(1), Token);

        Assert.Equal([1, 2], await App.Store.GetAsync("key", Token));
        Assert.Empty((await App.Store.GetAsync("empty", Token))!);
    }
}
