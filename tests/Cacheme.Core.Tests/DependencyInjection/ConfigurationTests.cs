using Cacheme.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cacheme.Tests.DependencyInjection;

/// <summary>What appsettings say goes over what the code says; and Cacheme runs in any generic host.</summary>
public sealed class ConfigurationTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Settings_OverrideWhatTheCodeSays()
    {
        using var host = HostWith(
            """
            { "Cacheme": {
                "Prefix": "shop",
                "Storages": { "local": "local://lru?size=10", "near": "local://tlfu?size=50" },
                "Nodes": {
                  "ItemNode": { "Version": "v2", "Ttls": { "remote": "00:00:05" } },
                  "RemoteOnlyNode": { "Caches": [ { "Storage": "near", "Ttl": "00:00:00.250" }, { "Storage": "remote" } ] } } } }
            """);
        await host.StartAsync(Ct);
        var cacheme = host.Services.GetRequiredService<ICacheme>();

        var item = Assert.Single(cacheme.Nodes, node => node.Name == "ItemNode");
        Assert.Equal("v2", item.Version);
        Assert.Equal([TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5)], item.Tiers.Select(tier => tier.TimeToLive));
        var other = Assert.Single(cacheme.Nodes, node => node.Name == "RemoteOnlyNode");
        Assert.Equal([new NodeTierInfo("near", true, TimeSpan.FromMilliseconds(250)), new NodeTierInfo("remote", false, null)], other.Tiers);
        await cacheme.SetAsync(new ItemNode(1), new Item("set"), Ct);
        Assert.Equal(["shop:item:1:v2"], host.Services.GetRequiredService<FakeStorage>().Keys);
        await host.StopAsync(Ct);
    }

    [Fact]
    public async Task Settings_OfADynamicNode_HoldWhenItIsBuilt()
    {
        using var host = HostWith("""{ "Cacheme": { "Nodes": { "foo": { "Version": "v9" } } } }""");
        await host.StartAsync(Ct);
        var cacheme = host.Services.GetRequiredService<ICacheme>();

        cacheme.BuildNode<int>("foo", policy => policy.Version("v1").Cache("local"));

        Assert.Equal("v9", Assert.Single(cacheme.Nodes, node => node.Name == "foo").Version);
        await host.StopAsync(Ct);
    }

    [Fact]
    public async Task WorkerService_UsesTheCacheWithoutAWeb()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<Source>();
        builder.Services.AddCacheme(cacheme => cacheme.AddLocal("local", 100).AddNode<ItemNode>(policy => policy.Cache("local")));
        builder.Services.AddHostedService<Worker>();
        using var host = builder.Build();
        await host.StartAsync(Ct);

        var worker = host.Services.GetServices<IHostedService>().OfType<Worker>().Single();
        Assert.Equal(["1#1", "1#1"], await worker.Seen.WaitAsync(Patience.Limit, Ct));
        await host.StopAsync(Ct);
    }

    [Fact]
    public async Task AddCacheme_Twice_AddsUp()
    {
        await using var fixture = new CacheFixture(
            cacheme => cacheme.AddNode<ItemNode>(),
            services => services.AddSingleton<Source>().AddCacheme(cacheme => cacheme.AddNode<RemoteOnlyNode>()));

        Assert.Equal(["ItemNode", "RemoteOnlyNode"], fixture.Cacheme.Nodes.Select(node => node.Name));
    }

    private static IHost HostWith(string json)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddJsonStream(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json)));
        builder.Services.AddSingleton<Source>().AddSingleton(new FakeStorage(TimeProvider.System));
        builder.Services.AddCacheme(cacheme => cacheme
            .AddLocal("local", 100)
            .AddStorage("remote", services => services.GetRequiredService<FakeStorage>())
            .AddNode<ItemNode>()
            .AddNode<RemoteOnlyNode>());
        return builder.Build();
    }

    private sealed class Worker(ICacheme cacheme) : BackgroundService
    {
        private readonly TaskCompletionSource<string[]> _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string[]> Seen => _seen.Task;

        protected override async Task ExecuteAsync(CancellationToken stoppingToken) => _seen.SetResult(
        [
            (await cacheme.GetAsync(new ItemNode(1), stoppingToken)).Text,
            (await cacheme.GetAsync(new ItemNode(1), stoppingToken)).Text,
        ]);
    }
}
