namespace WebApi;

internal static class IndexEndpoints
{
    private const string Text = """
        Cacheme's sample. The same requests are in WebApi.http.

        A made-up user: half a second at first, then from the cache
          curl -i {0}/users/1
        Oneself, with a token: each user has an entry of his own
          curl {0}/users/me -H "Authorization: Bearer $(curl -s -X POST {0}/login/2 | sed 's/.*accessToken":"//; s/".*//')"
        A city (GeoNames), by id
          curl {0}/cities/2673730
          curl {0}/places/2673730
          curl {0}/controllers/cities/2673730
        A search
          curl "{0}/cities/search?prefix=Stock&country=SE"
        Many cities: one read of the cache, one query for what it lacks
          curl "{0}/cities?ids=2673730,2711537,2988507"
        An update, which invalidates
          curl -X PUT {0}/cities/2673730/population -H "Content-Type: application/json" -d "{{\"value\":1000000}}"
        The same through .NET's own caches: HybridCache, output caching, IDistributedCache
          curl {0}/countries/SE
          curl -i {0}/cities/largest
          curl -X PUT {0}/notes/mine -d "kept for twenty minutes after it was last read"
          curl {0}/notes/mine
        What the cache did: statistics, Prometheus' text, health, OpenAPI
          curl {0}/stats
          curl {0}/metrics
          curl {0}/health
          curl {0}/openapi/v1.json

        """;

    private static readonly System.Text.CompositeFormat Format = System.Text.CompositeFormat.Parse(Text);

    public static void MapIndex(this IEndpointRouteBuilder app) => app
        .MapGet("/", (HttpRequest request) => string.Format(null, Format, $"{request.Scheme}://{request.Host}"))
        .ExcludeFromDescription();
}
