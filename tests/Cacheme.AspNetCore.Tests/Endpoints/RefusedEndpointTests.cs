using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cacheme.AspNetCore.Tests.Endpoints;

/// <summary>What can never work is told when the application starts, with the endpoint, the node and the cure.</summary>
public sealed class RefusedEndpointTests
{
    [Fact]
    public Task NodeThatIsNotRegistered_RefusesTheStart() => RefusesAsync(
        web => web.MapGet("/users/{userId:int}", (int userId) => new User(userId, "Ada")).CacheWith<UnregisteredNode>(),
        "with UnregisteredNode: the node is not registered", "AddNode<UnregisteredNode>()");

    [Fact]
    public Task EndpointWithoutGetAndHead_RefusesTheStart() => RefusesAsync(
        web => web.MapPost("/users/{userId:int}", (int userId) => new User(userId, "Ada")).CacheWith<UserNode>(),
        "'HTTP: POST /users/{userId:int}'", "it answers POST, and only GET and HEAD are cached");

    [Fact]
    public Task SecondNode_RefusesTheStart() => RefusesAsync(
        web => web.MapGet("/users/{userId:int}", (int userId) => new User(userId, "Ada")).CacheWith<UserNode>().CacheWith<UserNode>(),
        "it is cached with UserNode already");

    public static TheoryData<string> Returns => [.. Handlers.Keys];

    private static Dictionary<string, Delegate> Handlers { get; } = new()
    {
        ["String"] = (int userId) => "Ada",
        ["Void"] = (int userId) => { },
        ["Void (task)"] = (int userId) => Task.CompletedTask,
        ["Ok<String>"] = (int userId) => TypedResults.Ok("Ada"),
        ["Results<Ok<String>, NotFound>"] = Results<Ok<string>, NotFound> (int userId) => TypedResults.NotFound(),
        ["JsonHttpResult<User>"] = (int userId) => TypedResults.Json(new User(userId, "Ada")),
        ["Created<User>"] = (int userId) => TypedResults.Created("/1", new User(userId, "Ada")),
        ["IAsyncEnumerable<User>"] = IAsyncEnumerable<User> (int userId) => AsyncEnumerable.Empty<User>(),
        ["Stream"] = Stream (int userId) => Stream.Null,
    };

    [Theory]
    [MemberData(nameof(Returns))]
    public Task ReturnTypeThatIsNeverTheValue_RefusesTheStart(string type) => RefusesAsync(
        web => web.MapGet("/users/{userId:int}", Handlers[type]).CacheWith<UserNode>(),
        $"the handler returns {type.Split(" (")[0]}, which is never the node's value. Return User or Ok<User>.");

    [Fact]
    public Task NodeWithTwoConstructors_RefusesTheStart() => RefusesAsync(
        web => web.MapGet("/", () => "").CacheWith<TwoConstructorsNode>(), "the node has 2 public constructors");

    [Fact]
    public Task NodeWithRequiredMembers_RefusesTheStart() => RefusesAsync(
        web => web.MapGet("/", () => "").CacheWith<RequiredMemberNode>(), "the node has required members");

    [Fact]
    public Task NodeParameterThatDoesNotRead_RefusesTheStart() => RefusesAsync(
        web => web.MapGet("/{address}", () => "").CacheWith<UnreadableNode>(), "the node's 'Address' is Uri, which does not read from a text");

    [Fact]
    public Task NodeParameterThatNothingGives_RefusesTheStart() => RefusesAsync(
        web => web.MapGet("/", () => "").CacheWith<SearchNode>(), "nothing gives the node's 'Prefix' a value. Take it as a parameter of the handler, name it in the route, say .Map(");

    [Fact]
    public Task NodeParameterThatTheOptionsGiveTwice_RefusesTheStart() => RefusesAsync(
        web => web.MapGet("/mine", () => "").CacheWith<UserOrdersNode>(options => options.VaryByUser().Map("userId", http => http.Request.Query["userId"].ToString())),
        "its options say of the node's 'UserId' that it is the user and the mapped value. Keep one.");

    [Fact]
    public Task PublicMaxAge_OfWhatIsNotForAll_RefusesTheStart() => RefusesAsync(
        web => web.MapGet("/{userId:int}", (int userId) => new User(userId, "")).CacheWith<UserNode>(options => options.PublicMaxAge()), "Say Shared() too, or MaxAge().");

    [Fact]
    public Task PublicMaxAge_OfAnEndpointForSome_RefusesTheStart() => RefusesAsync(
        web => web.MapGet("/{userId:int}", (int userId) => new User(userId, "")).RequireAuthorization().CacheWith<UserNode>(options => options.Shared().PublicMaxAge()),
        "a CDN would serve it to those who are not let in. Say MaxAge().");

    [Fact]
    public Task PublicMaxAge_OfAMappedValueOfUnknownSource_RefusesTheStart() => RefusesAsync(
        web => web.MapGet("/", () => "").CacheWith<TextNode>(options => options.Shared().PublicMaxAge().Map("name", http => http.Request.Headers.AcceptLanguage.ToString())),
        "a CDN cannot know what 'name' is mapped from", "header: \"Accept-Language\"");

    [Fact]
    public Task MappedNodeWithoutALoad_RefusesTheStart() => RefusesAsync(
        web => web.MapNode<UserNode>("/{userId:int}"), "it is mapped to the node, and the node has no load. Override LoadAsync");

    [Fact]
    public Task MappedNodeWithoutCaching_RefusesTheStart() => RefusesAsync(
        web => web.MapNode<LoadedNode>("/{userId:int}").DisableCaching(), "MapNode answers from the cache. Take DisableCaching away");

    private static async Task RefusesAsync(Action<WebApplication> map, params string[] fragments)
    {
        var refusal = await Assert.ThrowsAsync<CachemeSetupException>(() => TestApp.StartAsync(map));

        Assert.All(fragments, fragment => Assert.Contains(fragment, refusal.Message, StringComparison.Ordinal));
        Assert.Contains("The endpoint 'HTTP: ", refusal.Message, StringComparison.Ordinal);
    }
}
