using System.Net;
using System.Text.RegularExpressions;
using Cacheme.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.WebApi.Tests.Readme;

/// <summary>The README's code compiles, since it stands in <see cref="ReadmeCode"/>, and does what it says.</summary>
public sealed partial class ReadmeTests
{
    [Fact]
    public void Readme_EveryBlockOfCode_IsCompiledHere()
    {
        var compiled = WithoutSpaces(Text("ReadmeCode.cs"));
        var blocks = Blocks().Matches(Text("README.md")).Select(match => match.Groups[1].Value).ToList();

        Assert.Equal(5, blocks.Count);
        Assert.All(blocks, block => Assert.Contains(WithoutSpaces(block), compiled, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("endpoints.md", "EndpointsCode.cs")]
    [InlineData("telemetry.md", "TelemetryCode.cs")]
    public void Guide_EveryBlockOfCode_IsCompiledHere(string guide, string code)
    {
        var compiled = WithoutSpaces(Text(code));

        Assert.NotEmpty(Blocks().Matches(Text(guide)));
        Assert.All(Blocks().Matches(Text(guide)), block => Assert.Contains(WithoutSpaces(block.Groups[1].Value), compiled, StringComparison.Ordinal));
    }

    [Fact]
    public async Task EndpointsGuide_ItsCode_Runs()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection([new("Urls", "http://127.0.0.1:0")]);
        await using var app = EndpointsCode.Build(builder);
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        foreach (var path in (string[])["/users/1", "/people/1", "/people/1/live", "/profiles/1", "/controllers/people/1", "/reports/2026", "/prices/tea"])
        {
            Assert.NotEmpty(await client.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken));
        }

        using var refused = await client.GetAsync(new Uri("/orders?page=1", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal((4, 3), app.Services.GetRequiredService<ICacheme>().Stats<UserInfoNode>() is var stats ? (stats.RequestCount, stats.HitCount) : default);
    }

    [Fact]
    public async Task Readme_ItsCode_Runs()
    {
        RedisServer.Require();
        await using var redis = await RedisServer.StartAsync();
        var builder = WebApplication.CreateBuilder();
        // What the README's reader has on the usual port is here on a free one.
        builder.Configuration.AddInMemoryCollection([new("Cacheme:Storages:redis", $"redis://{redis.EndPoint}"), new("Urls", "http://127.0.0.1:0")]);
        await using var app = ReadmeCode.Build(builder);
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        Assert.Contains("User 1", await client.GetStringAsync(new Uri("/users/1", UriKind.Relative), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var (friends, stats) = await ReadmeCode.UseAsync(app.Services.GetRequiredService<ICacheme>(), TestContext.Current.CancellationToken);

        Assert.Equal(["User 2", "User 3"], friends.Select(friend => friend.Name));
        Assert.Equal((4, 1, 3), (stats.RequestCount, stats.HitCount, stats.LoadCount));
    }

    [Fact]
    public async Task Readme_DotNetsOwnCaches_AreCachemes()
    {
        RedisServer.Require();
        await using var redis = await RedisServer.StartAsync();
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection([new("Cacheme:Storages:redis", $"redis://{redis.EndPoint}"), new("Urls", "http://127.0.0.1:0")]);
        await using var app = ReadmeCode.BuildWithDotNetsCaches(builder);
        await app.StartAsync(TestContext.Current.CancellationToken);

        Assert.Equal("loaded", await app.Services.GetRequiredService<HybridCache>().GetOrCreateAsync(
            "key", static _ => new ValueTask<string>("loaded"), cancellationToken: TestContext.Current.CancellationToken));
        await app.Services.GetRequiredService<IDistributedCache>().SetStringAsync("key", "set", TestContext.Current.CancellationToken);
        Assert.Equal("set", await app.Services.GetRequiredService<IDistributedCache>().GetStringAsync("key", TestContext.Current.CancellationToken));
        Assert.Null(await app.Services.GetRequiredService<IOutputCacheStore>().GetAsync("key", TestContext.Current.CancellationToken));
    }

    private static string Text(string name)
    {
        using var reader = new StreamReader(typeof(ReadmeTests).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    private static string WithoutSpaces(string text) => Spaces().Replace(text, "");

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Blocks();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
