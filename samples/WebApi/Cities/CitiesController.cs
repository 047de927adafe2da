using Cacheme.AspNetCore;
using Microsoft.AspNetCore.Mvc;

namespace WebApi.Cities;

/// <summary>The same city once more, by a controller.</summary>
[ApiController]
[Route("controllers/cities")]
public sealed class CitiesController(CityStore cities) : ControllerBase
{
    /// <summary>Answers from the node that the other ways to a city have too: whichever was asked first has loaded it for all.</summary>
    [HttpGet("{id:int}")]
    [CacheWith<CityNode>]
    [EndpointSummary("A city by GeoNames' id, by a controller")]
    public async Task<ActionResult<City>> FindAsync(int id, CancellationToken cancellationToken) =>
        await cities.FindAsync(id, cancellationToken) is { } city ? city : NotFound();
}
