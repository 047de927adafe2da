using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Tests.Controllers;

/// <summary>[Produces] says media types, and stands on most controllers: their hits are answered early too.</summary>
public sealed class EarlyProducesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/json/1", "application/json; charset=utf-8")]
    [InlineData("/xml/1", "application/xml; charset=utf-8")] // the action's own counts, not its controller's
    public async Task Hit_MakesNoController(string path, string type)
    {
        await using var app = await TestApp.StartAsync(
            static web =>
            {
                web.UseCacheme();
                web.MapControllers();
            },
            static services => OnlyControllers.Add(services, typeof(MadeController)).AddXmlSerializerFormatters());
        var types = new List<string?>();
        for (var i = 0; i < 5; i++)
        {
            using var answer = await app.Client.GetAsync(path, Token);
            types.Add(answer.Content.Headers.ContentType?.ToString());
        }

        Assert.Equal(type, Assert.Single(types.Distinct()));
        Assert.Equal(2, app.Services.GetRequiredService<Counter>().Count); // the load, and the first hit, which writes the body that is kept
    }

    [ApiController]
    [Produces("application/json")]
    internal sealed class MadeController : ControllerBase
    {
        private readonly Counter _made;

        public MadeController(Counter made)
        {
            _made = made;
            made.Next();
        }

        [HttpGet("/json/{id}")]
        [CacheWith<FormNode>]
        public Form Json(int id) => new() { Name = $"{id} of {_made.Count}" };

        [HttpGet("/xml/{id}")]
        [Produces("application/xml")]
        [CacheWith<FormNode>]
        public Form Xml(int id) => new() { Name = $"{id} of {_made.Count}" };
    }
}
