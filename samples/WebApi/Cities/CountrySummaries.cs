using Microsoft.Extensions.Caching.Hybrid;

namespace WebApi.Cities;

/// <summary>Code that knows nothing of Cacheme: it asks for .NET's HybridCache, and gets Cacheme's.</summary>
public sealed class CountrySummaries(HybridCache cache, CityStore cities)
{
    public ValueTask<CountrySummary> GetAsync(string country, CancellationToken cancellationToken) => cache.GetOrCreateAsync(
        $"country:{country}", (cities, country), static async (load, token) => await load.cities.SumAsync(load.country, token), tags: [Tag(country)], cancellationToken: cancellationToken);

    /// <summary>Lets go of a country's summary, here and in every process that shares the storage.</summary>
    public ValueTask RemoveAsync(string country, CancellationToken cancellationToken) => cache.RemoveByTagAsync(Tag(country), cancellationToken);

    private static string Tag(string country) => $"country:{country}";
}
