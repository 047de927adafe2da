using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using WebApi.Cities;

namespace Cacheme.WebApi.Tests;

public sealed class CityEndpointsTests : IAsyncLifetime
{
    private const int Stockholm = 2673730;
    private const int Gothenburg = 2711537;
    private const int Nowhere = 1;

    private readonly SampleFolder _folder = new();
    private readonly SampleApp _app;
    private readonly HttpClient _client;

    public CityEndpointsTests()
    {
        _app = new SampleApp(_folder);
        _client = _app.CreateClient();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ICacheme Cacheme => _app.Services.GetRequiredService<ICacheme>();

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task City_AskedForTwice_IsFoundAndLoadedOnce()
    {
        var first = await _client.GetFromJsonAsync<City>($"/cities/{Stockholm}", Token);
        var second = await _client.GetFromJsonAsync<City>($"/cities/{Stockholm}", Token);

        Assert.Equal(new City(Stockholm, "Stockholm", "SE", "26", 1515017, 59.3294, 18.0687), first);
        Assert.Equal(first, second);
        Assert.Equal((1, 1), (Cacheme.Stats<CityNode>().HitCount, Cacheme.Stats<CityNode>().LoadCount));
    }

    [Fact]
    public async Task City_ThatIsNone_Is404EvenWhenTheBatchRemembersIt()
    {
        await _client.GetStringAsync($"/cities?ids={Nowhere}", Token);

        using var answer = await _client.GetAsync($"/cities/{Nowhere}", Token);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Search_ByPrefixAndCountry_FindsTheLargestFirst()
    {
        var swedish = await SearchAsync("prefix=ST&country=SE");
        var all = await SearchAsync("prefix=Stock");

        Assert.Equal("Stockholm", swedish[0].Name);
        Assert.All(swedish, city => Assert.Equal("SE", city.Country));
        Assert.Contains(all, city => city.Country != "SE");
        Assert.Equal(all.OrderByDescending(city => city.Population), all);
        Assert.Empty(await SearchAsync("prefix=%25"));
    }

    [Fact]
    public async Task Search_AskedForThreeTimes_PassesTheDoorkeeperAtTheSecond()
    {
        await SearchAsync("prefix=Stock");
        await SearchAsync("prefix=Stock");
        await SearchAsync("prefix=Stock");

        Assert.Equal((2, 1), (Cacheme.Stats<CitySearchNode>().LoadCount, Cacheme.Stats<CitySearchNode>().HitCount));
    }

    [Fact]
    public async Task Cities_ByIds_ComeInOrderWithOneLoadForThoseThatAreMissing()
    {
        await _client.GetStringAsync($"/cities/{Gothenburg}", Token);

        var cities = await _client.GetFromJsonAsync<List<City>>($"/cities?ids={Gothenburg},{Stockholm},{Nowhere},{Gothenburg}", Token);

        Assert.Equal(["Göteborg", "Stockholm", "Göteborg"], cities?.Select(city => city.Name));
        Assert.Equal(2, Cacheme.Stats<CityNode>().LoadCount);
    }

    [Theory]
    [InlineData("one")]
    [InlineData("1,")]
    public async Task Cities_ByWhatIsNoId_Are400(string ids) =>
        Assert.Equal(HttpStatusCode.BadRequest, (await _client.GetAsync($"/cities?ids={ids}", Token)).StatusCode);

    [Fact]
    public async Task Population_Written_IsWhatTheNextCallerReads()
    {
        await _client.GetStringAsync($"/cities/{Stockholm}", Token);

        using var written = await _client.PutAsJsonAsync($"/cities/{Stockholm}/population", new { value = 1_000_000 }, Token);
        var city = await _client.GetFromJsonAsync<City>($"/cities/{Stockholm}", Token);

        Assert.Equal(HttpStatusCode.NoContent, written.StatusCode);
        Assert.Equal(1_000_000, city?.Population);
        Assert.Equal(1, Cacheme.Stats<CityNode>().InvalidationCount);
    }

    [Fact]
    public async Task Population_OfNoCity_Is404() =>
        Assert.Equal(HttpStatusCode.NotFound, (await _client.PutAsJsonAsync($"/cities/{Nowhere}/population", new { value = 1 }, Token)).StatusCode);

    private async Task<List<City>> SearchAsync(string query) => await _client.GetFromJsonAsync<List<City>>($"/cities/search?{query}", Token) ?? [];
}
