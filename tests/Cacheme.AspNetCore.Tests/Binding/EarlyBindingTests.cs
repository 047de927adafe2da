using System.Net;
using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;

namespace Cacheme.AspNetCore.Tests.Binding;

/// <summary>A request makes the same node before its arguments are bound as after: each is asked of the framework too.</summary>
public sealed class EarlyBindingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Requests =>
    [
        "/a", "/a?number=1", "/a?number=", "/a?number=one", "/a?number=1&number=2", "/a?NUMBER=3", "/a?number= 4 ", "/a?number=%2B5",
        "/a?maybe=1", "/a?maybe=", "/a?maybe=x", "/a?maybe=1&maybe=1",
        "/a?text=", "/a?text", "/a?text=%20", "/a?text=a&text=b", "/a?text=%00", "/a?text=%1E", "/a?text=a%3Db", "/a?text=a=b", "/a?text=%E2%82%AC", "/a?text=a%26b",
        "/a?shade=dark", "/a?shade=", "/a?shade=7", "/a?shade=blue",
        "/a?id=0b3a9a4e8f374d5a9b1c5a7c1f1d2e3f", "/a?id=", "/a?id=1",
        "/a?day=2026-01-02", "/a?day=", "/a?day=soon", "/a?flag=true", "/a?flag=", "/a?flag=1",
        "/a?ids=1&ids=2", "/a?ids=", "/a?ids=1,2", "/a?ids=1&ids=", "/a?ids=x", "/a?names=a&names=b", "/a?names=", "/a?names=a&names=", "/a?names",
        "/a%20b", "/%E2%82%AC", "/a%2Fb", "/a%252Fb", "/a+b", "/a?slug=b", "/A",
    ];

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Request_MadeANodeEarly_MakesTheSameAsTheFrameworksArguments(string path)
    {
        var (bound, status) = await LookAsync(path, isEarly: false, tag: null);
        var (early, earlyStatus) = await LookAsync(path, isEarly: true, tag: null);

        Assert.Equal((bound, status), (early, earlyStatus));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("")]
    [InlineData("a,b")]
    public async Task Header_MadeANodeEarly_MakesTheSameAsTheFrameworksArguments(string tag) =>
        Assert.Equal(await LookAsync("/a", isEarly: false, tag), await LookAsync("/a", isEarly: true, tag));

    private static async Task<(string Node, HttpStatusCode Status)> LookAsync(string path, bool isEarly, string? tag)
    {
        var cache = new WatchedNodeCache<ManyNode, string>();
        await using var app = await TestApp.StartAsync(
            web =>
            {
                if (isEarly)
                {
                    web.UseCacheme();
                }

                web.MapGet(
                    "/{slug}",
                    (string slug, int? maybe, string? text, Shade? shade, Guid? id, DateOnly? day, bool? flag, int[]? ids, string[]? names, [FromHeader(Name = "X-Tag")] string? tag, int number = 7) => "")
                    .CacheWith<ManyNode>();
            },
            services => services.Watch(cache));
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (tag is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Tag", tag);
        }

        using var answer = await app.Client.SendAsync(request, Token);
        return (string.Join(';', cache.Looked.Select(static node => $"{node.Key.ToString()} {node.Text is null} {node.Ids is null} {node.Names is null} {node.Tag is null}")), answer.StatusCode);
    }
}
