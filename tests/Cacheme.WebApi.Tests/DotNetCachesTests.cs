using System.Net;
using System.Net.Http.Json;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using WebApi.Cities;

namespace Cacheme.WebApi.Tests;

/// <summary>The endpoints that ask for .NET's own caches, all served by Cacheme.</summary>
public sealed class DotNetCachesTests : IAsyncDisposable
{
    private const int Stockholm = 2673730;

    private readonly SampleFolder _folder = new();
    private readonly SampleApp _app;
    private readonly HttpClient _client;

    public DotNetCachesTests()
    {
        _app = new SampleApp(_folder);
        _client = _app.CreateClient();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ICacheme Cacheme => _app.Services.GetRequiredService<ICacheme>();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Country_AskedForTwice_IsLoadedOnceAndAnewAfterAnUpdate()
    {
        var first = await _client.GetFromJsonAsync<CountrySummary>("/countries/se", Token);
        var second = await _client.GetFromJsonAsync<CountrySummary>("/countries/SE", Token);
        Assert.Equal(first, second);
        Assert.Equal((1, 1), (Cacheme.Stats("hybrid").HitCount, Cacheme.Stats("hybrid").LoadCount));

        await UpdateStockholmAsync(2_515_017);

        var updated = await _client.GetFromJsonAsync<CountrySummary>("/countries/SE", Token);
        Assert.Equal(first!.Population + 1_000_000, updated!.Population);
    }

    [Fact]
    public async Task Largest_AskedForTwice_IsOneResponseUntilAnUpdate()
    {
        using var first = await _client.GetAsync("/cities/largest", Token);
        using var second = await _client.GetAsync("/cities/largest", Token);
        Assert.Null(first.Headers.Age);
        Assert.NotNull(second.Headers.Age);
        Assert.Equal(1, Cacheme.Stats("output").HitCount);

        await UpdateStockholmAsync(100_000_000);

        Assert.Equal(Stockholm, (await _client.GetFromJsonAsync<List<City>>("/cities/largest", Token))![0].Id);
    }

    [Fact]
    public async Task Note_Written_IsReadAlsoAfterARestart()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await _client.GetAsync("/notes/mine", Token)).StatusCode);

        using var note = new StringContent("räksmörgås", Encoding.UTF8);
        Assert.Equal(HttpStatusCode.NoContent, (await _client.PutAsync("/notes/mine", note, Token)).StatusCode);

        Assert.Equal("räksmörgås", await _client.GetStringAsync("/notes/mine", Token));
        await _app.DisposeAsync();
        await using var restarted = new SampleApp(_folder);
        using var client = restarted.CreateClient();
        Assert.Equal("räksmörgås", await client.GetStringAsync("/notes/mine", Token));
    }

    private async Task UpdateStockholmAsync(long population)
    {
        using var answer = await _client.PutAsJsonAsync($"/cities/{Stockholm}/population", new { value = population }, Token);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }
}
