using Cacheme;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.OutputCaching;

namespace WebApi.Cities;

internal static class CityEndpoints
{
    private const int MostIds = 100;
    private const string LargestTag = "largest";

    public static void MapCities(this IEndpointRouteBuilder app)
    {
        var cities = app.MapGroup("/cities");
        cities.MapGet("/{id:int}", FindAsync).CacheWith<CityNode>().WithSummary("A city by GeoNames' id");
        cities.MapGet("/search", SearchAsync)
            .CacheWith<CitySearchNode>(options => options.Shared().PublicMaxAge(TimeSpan.FromSeconds(10)))
            .WithSummary("The 20 largest cities whose names begin with the prefix");
        cities.MapGet("/", FindManyAsync).WithSummary("Many cities by id: one read of the cache, one query for what it lacks");
        cities.MapGet("/largest", LargestAsync).CacheOutput(policy => policy.Tag(LargestTag).Expire(TimeSpan.FromMinutes(10)))
            .WithSummary("The 20 largest cities: ASP.NET Core's output caching, in Cacheme's storages");
        app.MapNode<CityNode>("/places/{id:int}").WithSummary("The same city: the node's own load is the endpoint, and that there is none is kept for a minute");
        app.MapGet("/countries/{code}", SumAsync).WithSummary("What the cities of a country add up to: .NET's HybridCache, which is Cacheme's");
        cities.MapPut("/{id:int}/population", UpdateAsync).WithSummary("Writes a population, and invalidates the city");
    }

    private static async Task<Results<Ok<City>, NotFound>> FindAsync(int id, CityStore cities, CancellationToken cancellationToken) =>
        await cities.FindAsync(id, cancellationToken) is { } city ? TypedResults.Ok(city) : TypedResults.NotFound();

    private static Task<IReadOnlyList<City>> SearchAsync(string prefix, string? country, CityStore cities, CancellationToken cancellationToken) =>
        cities.SearchAsync(prefix, country, cancellationToken);

    private static async Task<Results<Ok<IEnumerable<City>>, BadRequest<string>>> FindManyAsync(
        string ids, ICacheme cacheme, CancellationToken cancellationToken)
    {
        var nodes = new List<CityNode>();
        foreach (var text in ids.Split(','))
        {
            if (!int.TryParse(text, out var id) || nodes.Count == MostIds)
            {
                return TypedResults.BadRequest($"Give at most {MostIds} numbers, with commas between them.");
            }

            nodes.Add(new CityNode(id));
        }

        var found = await cacheme.GetAllAsync(nodes, cancellationToken);
        return TypedResults.Ok(found.OfType<City>());
    }

    private static Task<IReadOnlyList<City>> LargestAsync(CityStore cities, CancellationToken cancellationToken) => cities.LargestAsync(cancellationToken);

    private static ValueTask<CountrySummary> SumAsync(string code, CountrySummaries countries, CancellationToken cancellationToken) =>
        countries.GetAsync(code.ToUpperInvariant(), cancellationToken);

    private static async Task<Results<NoContent, NotFound>> UpdateAsync(
        int id,
        Population population,
        CityStore cities,
        ICacheme cacheme,
        CountrySummaries countries,
        IOutputCacheStore outputs,
        CancellationToken cancellationToken)
    {
        if (await cities.FindAsync(id, cancellationToken) is not { } city || !await cities.UpdatePopulationAsync(id, population.Value, cancellationToken))
        {
            return TypedResults.NotFound();
        }

        // The row is written: from here on the invalidation must not be left half done because the caller hung up.
        await cacheme.InvalidateAsync(new CityNode(id), CancellationToken.None);
        await countries.RemoveAsync(city.Country, CancellationToken.None);
        await outputs.EvictByTagAsync(LargestTag, CancellationToken.None);
        return TypedResults.NoContent();
    }
}
