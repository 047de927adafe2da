using System.Text.Json.Serialization;
using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Tests.Controllers;

/// <summary>What MVC's filters see of an answer, and do to it: the same on a hit as on the action's own result.</summary>
public class ActionFilterResultTests : EndpointTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FilterThatLooksForOkObjectResult_FindsIt()
    {
        await using var app = await StartAsync();

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("""{"data":{"id":1,"name":"run 1"}}""", await app.Client.GetStringAsync("/enveloped/1", Token));
        }
    }

    [Theory]
    [InlineData("/statused/1", "ObjectResult 200")]
    [InlineData("/statused-ok/1", "OkObjectResult 200")]
    [InlineData("/statused-plain/1", "ObjectResult")]
    public async Task Filter_SeesTheResultOfTheAction(string path, string expected)
    {
        await using var app = await StartAsync();

        for (var i = 0; i < 3; i++)
        {
            using var answer = await app.Client.GetAsync(path, Token);
            Assert.Equal(expected, answer.Headers.GetValues("X-Result").Single());
        }
    }

    [Theory]
    [InlineData("/mutated/1")]
    [InlineData("/mutated-after/1")]
    [InlineData("/mutated-copy/1")] // CopyValues(): each caller has a copy of its own, and may write into it
    public async Task FilterThatWritesIntoTheValue_AnswersEachCallerItsOwn(string path)
    {
        await using var app = await StartAsync();

        foreach (var name in (string[])["Ada", "Bob", "Cyd", "Dan"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Add("X-Name", name);
            using var answer = await app.Client.SendAsync(request, Token);
            Assert.Equal($$"""{"name":"{{name}}"}""", await answer.Content.ReadAsStringAsync(Token));
        }
    }

    // Ok(value) has no declared type in MVC, so it is written as what it is.
    [Fact]
    public async Task OkOfADerivedValue_IsWrittenAsWithoutTheCache()
    {
        await using var app = await StartAsync();
        var uncached = await app.Client.GetStringAsync("/shape-uncached/1", Token);

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(uncached, await app.Client.GetStringAsync("/shape/1", Token));
        }
    }

    // MVC's own word for an action that did not run, which is so on a hit.
    [Fact]
    public async Task FilterAroundIt_IsToldThatTheActionDidNotRun()
    {
        await using var app = await StartAsync();
        var told = new List<string>();

        for (var i = 0; i < 3; i++)
        {
            using var answer = await app.Client.GetAsync("/canceled/1", Token);
            told.Add(answer.Headers.GetValues("X-Canceled").Single());
        }

        Assert.Equal(["False", "True", "True"], told);
    }

    private Task<TestApp> StartAsync() => StartAsync(
        static web => web.MapControllers(),
        static services =>
        {
            services.AddCacheme(static cacheme => cacheme.AddNode<ShapeNode>().AddNode<CopiedFormNode>());
            OnlyControllers.Add(services, typeof(FilteredController));
        });

    [ApiController]
    internal sealed class FilteredController(Counter runs) : ControllerBase
    {
        [HttpGet("/enveloped/{userId:int}")]
        [Envelope]
        [CacheWith<UserNode>]
        public IActionResult Enveloped(int userId) => Ok(Next(userId));

        [HttpGet("/mutated/{id:int}")]
        [Mutating]
        [CacheWith<FormNode>]
        public ActionResult<Form> Mutated(int id) => Made(id);

        [HttpGet("/mutated-after/{id:int}")]
        [MutatingAfter]
        [CacheWith<FormNode>]
        public ActionResult<Form> MutatedAfter(int id) => Made(id);

        [HttpGet("/mutated-copy/{id:int}")]
        [Mutating]
        [CacheWith<CopiedFormNode>]
        public ActionResult<Form> MutatedCopy(int id) => Made(id);

        [HttpGet("/statused/{id:int}")]
        [Statused]
        [CacheWith<FormNode>]
        public ActionResult<Form> Statused(int id) => Made(id);

        [HttpGet("/statused-ok/{userId:int}")]
        [Statused]
        [CacheWith<UserNode>]
        public ActionResult<User> StatusedOk(int userId) => Ok(Next(userId));

        [HttpGet("/statused-plain/{userId:int}")]
        [Statused]
        [CacheWith<MinuteUserNode>]
        public User StatusedPlain(int userId) => Next(userId);

        [HttpGet("/shape/{id:int}")]
        [CacheWith<ShapeNode>]
        public ActionResult<Shape> Shape(int id) => Ok(new Circle { Sides = runs.Count, Radius = id });

        [HttpGet("/shape-uncached/{id:int}")]
        public ActionResult<Shape> UncachedShape(int id) => Ok(new Circle { Sides = runs.Count, Radius = id });

        [HttpGet("/canceled/{userId:int}")]
        [Auditing]
        [CacheWith<UserNode>]
        public User Audited(int userId) => Next(userId);

        private User Next(int userId) => new(userId, $"run {runs.Next()}");

        private Form Made(int id) => new() { Name = $"{id} of {runs.Count}" };
    }

    internal sealed record ShapeNode(int Id) : Node<Shape>, INodePolicy
    {
        public override NodeKey Key => $"shape:{Id}";

        public static void Configure(NodePolicyBuilder policy) => policy.Cache("local");
    }

    internal sealed record CopiedFormNode(int Id) : Node<Form>, INodePolicy
    {
        public override NodeKey Key => $"copied-form:{Id}";

        public static void Configure(NodePolicyBuilder policy) => policy.Cache("local").CopyValues();
    }

    [JsonDerivedType(typeof(Circle), "circle")]
    internal class Shape
    {
        public int Sides { get; set; }
    }

    internal sealed class Circle : Shape
    {
        public int Radius { get; set; }
    }

    private sealed class EnvelopeAttribute : ResultFilterAttribute
    {
        public override void OnResultExecuting(ResultExecutingContext context)
        {
            if (context.Result is OkObjectResult ok)
            {
                context.Result = new OkObjectResult(new { Data = ok.Value });
            }
        }
    }

    private sealed class StatusedAttribute : ResultFilterAttribute
    {
        public override void OnResultExecuting(ResultExecutingContext context) =>
            context.HttpContext.Response.Headers["X-Result"] = $"{(context.Result is OkObjectResult ? "OkObjectResult" : "ObjectResult")} {((ObjectResult)context.Result).StatusCode}".TrimEnd();
    }

    private sealed class MutatingAttribute : ResultFilterAttribute
    {
        public override void OnResultExecuting(ResultExecutingContext context) => Write(context.Result, context);
    }

    private sealed class MutatingAfterAttribute : ActionFilterAttribute
    {
        public override void OnActionExecuted(ActionExecutedContext context) => Write(context.Result, context);
    }

    private sealed class AuditingAttribute : ActionFilterAttribute
    {
        public override void OnActionExecuted(ActionExecutedContext context) => context.HttpContext.Response.Headers["X-Canceled"] = $"{context.Canceled}";
    }

    private static void Write(IActionResult? result, FilterContext context) =>
        Assert.IsType<Form>(Assert.IsType<ObjectResult>(result, exactMatch: false).Value).Name = context.HttpContext.Request.Headers["X-Name"].ToString();
}
