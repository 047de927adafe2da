using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Cacheme.DropIn.Tests.Catalog;

internal static class CatalogEndpoints
{
    public static void MapCatalog(this IEndpointRouteBuilder app)
    {
        app.MapGet("/products/{id:int}", async (int id, CatalogService catalog, CancellationToken token) => Found(await catalog.FindAsync(id, token)));
        app.MapGet("/products/{id:int}/peek", async (int id, CatalogService catalog, CancellationToken token) => Found(await catalog.PeekAsync(id, token)));
        app.MapGet("/products/{id:int}/afresh", async (int id, CatalogService catalog, CancellationToken token) => Found(await catalog.FindAfreshAsync(id, token)));
        app.MapGet("/products/{id:int}/price", async (int id, CatalogService catalog, CancellationToken token) => (await catalog.PriceAsync(id, token)).Cents);
        app.MapGet("/departments/{name}", (string name, CatalogService catalog, CancellationToken token) => catalog.NamesAsync(name, token));
        app.MapGet("/labels/{id:int}", LabelAsync);
        app.MapPut("/products/{id:int}/name", ([FromRoute] int id, [FromBody] string name, CatalogService catalog, CancellationToken token) => catalog.RenameAsync(id, name, token));
        app.MapPost("/products", (Product product, CatalogService catalog, CancellationToken token) => catalog.PutAsync(product, token));
        app.MapDelete("/cache/products", ([FromQuery] int[] id, CatalogService catalog, CancellationToken token) => id.Length > 0 ? catalog.ForgetAsync(id, token) : catalog.ForgetAllAsync(token));
        app.MapGet("/queries", (CatalogDatabase database) => database.Queries);
    }

    private static IResult Found(Product? product) => product is null ? TypedResults.NotFound() : TypedResults.Ok(product);

    // Changes what it got from the cache, which is its own copy.
    private static async Task<IResult> LabelAsync(int id, CatalogService catalog, CancellationToken cancellationToken)
    {
        var product = await catalog.FindAsync(id, cancellationToken);
        product?.Labels.Add("seen");
        return Found(product);
    }
}
