using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;

namespace Cacheme.AspNetCore.Tests.Controllers;

/// <summary>An action that answers more than GET and HEAD is cached for these.</summary>
public class ActionMethodTests : EndpointTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/attributes/1")]
    [InlineData("/routes/1")]
    [InlineData("/silent/1")]
    [InlineData("/verbs/1")]
    public async Task Action_ForGetAndPost_CachesTheGet(string path)
    {
        await using var app = await StartAsync(typeof(BothController));

        var one = await app.Client.GetStringAsync(path, Token);

        Assert.Equal(one, await app.Client.GetStringAsync(path, Token));
        Assert.NotEqual(await PostAsync(app, path), await PostAsync(app, path));
        Assert.Equal(one, await app.Client.GetStringAsync(path, Token));
    }

    [Theory]
    [InlineData(typeof(PostController), "it answers POST, and only GET and HEAD are cached")]
    [InlineData(typeof(PostAndPutController), "and only GET and HEAD are cached")]
    [InlineData(typeof(OverloadedController), "it answers POST, and only GET and HEAD are cached")]
    public async Task Action_WithoutGetAndHead_RefusesTheStart(Type controller, string reason)
    {
        var refusal = await Assert.ThrowsAsync<CachemeSetupException>(() => StartAsync(controller));

        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endpoint_ForGetAndPost_CachesTheGetToo()
    {
        var runs = new Counter();
        await using var app = await StartAsync(web => web.MapMethods("/{userId:int}", ["GET", "POST"], (int userId) => new User(userId, $"run {runs.Next()}")).CacheWith<UserNode>());

        Assert.Equal(await app.Client.GetStringAsync("/1", Token), await app.Client.GetStringAsync("/1", Token));
        Assert.NotEqual(await PostAsync(app, "/1"), await PostAsync(app, "/1"));
    }

    private static async Task<string> PostAsync(TestApp app, string path)
    {
        using var answer = await app.Client.PostAsync(path, null, Token);
        return await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Token);
    }

    private Task<TestApp> StartAsync(Type controller) => StartAsync(web => web.MapControllers(), services => OnlyControllers.Add(services, controller));

    internal sealed class BothController(Counter runs) : ControllerBase
    {
        [HttpGet("/attributes/{userId:int}")]
        [HttpPost("/attributes/{userId:int}")]
        [CacheWith<UserNode>]
        public User Attributes(int userId) => new(userId, $"run {runs.Next()}");

        [HttpGet("/routes/{userId:int}")]
        [HttpPost("/routes/{userId:int:min(1)}")]
        [CacheWith<UserNode>]
        public User Routes(int userId) => new(userId, $"run {runs.Next()}");

        [HttpGet]
        [HttpPost]
        [Route("/silent/{userId:int}")]
        [CacheWith<UserNode>]
        public User Silent(int userId) => new(userId, $"run {runs.Next()}");

        [AcceptVerbs("GET", "POST", Route = "/verbs/{userId:int}")]
        [CacheWith<UserNode>]
        public User Verbs(int userId) => new(userId, $"run {runs.Next()}");
    }

    internal sealed class PostController(Counter runs) : ControllerBase
    {
        [HttpPost("/{userId:int}")]
        [CacheWith<UserNode>]
        public User Get(int userId) => new(userId, $"run {runs.Next()}");
    }

    internal sealed class PostAndPutController(Counter runs) : ControllerBase
    {
        [HttpPost("/{userId:int}")]
        [HttpPut("/{userId:int}")]
        [CacheWith<UserNode>]
        public User Get(int userId) => new(userId, $"run {runs.Next()}");
    }

    // Another method of the same name is another action.
    internal sealed class OverloadedController(Counter runs) : ControllerBase
    {
        [HttpGet("/{userId:int}")]
        public User Get(int userId) => new(userId, $"run {runs.Next()}");

        [HttpPost("/{userId:int}")]
        [CacheWith<UserNode>]
        public User Get(int userId, CancellationToken token) => new(userId, $"run {runs.Next()} {token.IsCancellationRequested}");
    }
}
