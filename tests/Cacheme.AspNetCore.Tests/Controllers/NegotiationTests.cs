using System.Net;
using System.Text;
using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.Formatters;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Tests.Controllers;

/// <summary>One value, written for each client as the framework would write it.</summary>
public class NegotiationTests : EndpointTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TwoClients_WhoAcceptXmlAndJson_GetOneValueInTheirOwnForm()
    {
        await using var app = await StartAsync(mvc => mvc.AddXmlSerializerFormatters());

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(("application/json; charset=utf-8", """{"name":"run 1"}"""), await ReadAsync(app, "/negotiated/1", "application/json"));
            var (type, body) = await ReadAsync(app, "/negotiated/1", "application/xml");
            Assert.Equal("application/xml; charset=utf-8", type);
            Assert.Contains("<Name>run 1</Name>", body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task TwoForms_HaveTwoTags()
    {
        await using var app = await StartAsync(mvc => mvc.AddXmlSerializerFormatters());
        using var json = await SendAsync(app, "/negotiated/1", ("Accept", "application/json"));

        using var xml = await SendAsync(app, "/negotiated/1", ("Accept", "application/xml"), ("If-None-Match", json.Headers.ETag!.ToString()));

        Assert.Equal(HttpStatusCode.OK, xml.StatusCode);
        Assert.NotEqual(json.Headers.ETag, xml.Headers.ETag);
    }

    [Fact]
    public async Task Charset_IsPartOfWhatIsAskedFor()
    {
        await using var app = await StartAsync(_ => { });
        await ReadAsync(app, "/negotiated/1", "application/json");
        await ReadAsync(app, "/negotiated/1", "application/json"); // the first hit, which keeps its body

        using var wide = await SendAsync(app, "/negotiated/1", ("Accept", "application/json"), ("Accept-Charset", "utf-16"));
        var narrow = await ReadAsync(app, "/negotiated/1", "application/json");

        Assert.Equal("utf-16", wide.Content.Headers.ContentType?.CharSet);
        Assert.Equal("application/json; charset=utf-8", narrow.Type);
    }

    [Fact]
    public async Task MediaTypeThatNobodyWrites_Is406()
    {
        await using var app = await StartAsync(mvc => mvc.AddMvcOptions(options => options.ReturnHttpNotAcceptable = true));
        await ReadAsync(app, "/negotiated/1", "application/json");

        using var answer = await SendAsync(app, "/negotiated/1", ("Accept", "text/markdown"));

        Assert.Equal(HttpStatusCode.NotAcceptable, answer.StatusCode);
    }

    [Fact]
    public async Task Produces_OfAnAction_Holds()
    {
        await using var app = await StartAsync(mvc => mvc.AddXmlSerializerFormatters());
        await ReadAsync(app, "/negotiated/1", "application/json");

        Assert.Equal("application/xml; charset=utf-8", (await ReadAsync(app, "/produced/1", "application/json")).Type);
        Assert.Equal("application/xml; charset=utf-8", (await ReadAsync(app, "/produced/1", "application/json")).Type);
    }

    [Fact]
    public async Task ResultFilter_ThatPutsInAnotherValue_IsItsOwnRequestsOnly()
    {
        await using var app = await StartAsync(_ => { });

        // A miss, the first hit, which would keep its body, and another.
        foreach (var name in (string[])["Ada", "Bob", "Cyd"])
        {
            Assert.Equal($$"""{"name":"{{name}}"}""", (await ReadAsync(app, "/personal/1", "application/json", name)).Body);
        }
    }

    [Fact]
    public async Task FormatterOfTheApplication_WritesForEachRequest()
    {
        await using var app = await StartAsync(mvc => mvc.AddMvcOptions(options => options.OutputFormatters.Insert(0, new NameFormatter())));

        foreach (var name in (string[])["Ada", "Bob", "Cyd"])
        {
            Assert.Equal($"run 1 for {name}", (await ReadAsync(app, "/negotiated/1", "text/name", name)).Body);
        }
    }

    [Fact]
    public async Task MaxAge_SaysThatTheAnswerVariesByWhatIsAccepted()
    {
        await using var app = await StartAsync(_ => { });

        using var answer = await SendAsync(app, "/kept/1", ("Accept", "application/json"));

        Assert.Equal(("max-age=10, private", "Accept, Accept-Charset, Authorization, Cookie"), (answer.Headers.CacheControl?.ToString(), string.Join(", ", answer.Headers.Vary)));
    }

    private Task<TestApp> StartAsync(Action<IMvcBuilder> configure) => StartAsync(
        web => web.MapControllers(), services => configure(OnlyControllers.Add(services, typeof(NegotiatedController))));

    private static async Task<(string? Type, string Body)> ReadAsync(TestApp app, string path, string accept, string name = "")
    {
        using var answer = await SendAsync(app, path, ("Accept", accept), ("X-Name", name));
        return (answer.EnsureSuccessStatusCode().Content.Headers.ContentType?.ToString(), await answer.Content.ReadAsStringAsync(Token));
    }

    private static async Task<HttpResponseMessage> SendAsync(TestApp app, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await app.Client.SendAsync(request, Token);
    }

    [ApiController]
    internal sealed class NegotiatedController(Counter runs) : ControllerBase
    {
        [HttpGet("/negotiated/{id:int}")]
        [CacheWith<FormNode>]
        public Form Get(int id) => Next();

        [HttpGet("/produced/{id:int}")]
        [Produces("application/xml")]
        [CacheWith<FormNode>]
        public ActionResult<Form> Produced(int id) => Next();

        [HttpGet("/personal/{id:int}")]
        [Personal]
        [CacheWith<FormNode>]
        public ActionResult<Form> Personal(int id) => Next();

        [HttpGet("/kept/{id:int}")]
        [CacheWith<FormNode>(MaxAgeSeconds = 10)]
        public Form Kept(int id) => Next();

        private Form Next() => new() { Name = $"run {runs.Next()}" };
    }

    private sealed class PersonalAttribute : ResultFilterAttribute
    {
        public override void OnResultExecuting(ResultExecutingContext context) =>
            ((ObjectResult)context.Result).Value = new Form { Name = context.HttpContext.Request.Headers["X-Name"].ToString() };
    }

    private sealed class NameFormatter : TextOutputFormatter
    {
        public NameFormatter()
        {
            SupportedMediaTypes.Add("text/name");
            SupportedEncodings.Add(Encoding.UTF8);
        }

        public override Task WriteResponseBodyAsync(OutputFormatterWriteContext context, Encoding selectedEncoding) =>
            context.HttpContext.Response.WriteAsync($"{((Form)context.Object!).Name} for {context.HttpContext.Request.Headers["X-Name"]}", selectedEncoding);
    }
}
