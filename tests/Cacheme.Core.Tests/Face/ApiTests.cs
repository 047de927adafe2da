using Cacheme.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cacheme.Tests.Face;

/// <summary>The code that a user writes, as the documentation has it: it compiles, infers its types, and does what it says.</summary>
public sealed class ApiTests : IAsyncLifetime
{
    private readonly UserStore _db = new();
    private IHost? _host;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IServiceProvider Services => _host?.Services ?? throw new InvalidOperationException("It is built by InitializeAsync.");

    public async ValueTask InitializeAsync()
    {
        // A worker: no web host.
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(_db).AddSingleton<Greeter>();
        builder.Services.AddCacheme(cacheme => cacheme
            .Prefix("shop")
            .AddLocal("local", size: 10_000, policy: EvictionPolicy.TinyLfu)
            .AddStorage("other", "local://tlfu?size=10000")
            .AddStorage("redis", services => new FakeStorage(services.GetRequiredService<TimeProvider>()))
            .AddNode<UserInfoNode>()
            .AddNodes(typeof(UserInfoNode).Assembly));
        // The assembly's other nodes want a storage of this name.
        builder.Services.AddCacheme(cacheme => cacheme.AddStorage("remote", services => new FakeStorage(services.GetRequiredService<TimeProvider>())));
        _host = builder.Build();
        await _host.StartAsync(Ct);
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.StopAsync(CancellationToken.None);
            _host.Dispose();
        }
    }

    [Fact]
    public async Task Service_ThatCaches_IsInjectedAndLoadsOnce()
    {
        var greeter = Services.GetRequiredService<Greeter>();

        // At the first sight the doorkeeper keeps them out, at the second they are stored.
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("user 1 knows user 2 and user 3", await greeter.GreetAsync(1, Ct));
        }

        Assert.Equal(6, _db.Finds);
    }

    [Fact]
    public async Task EveryCall_OfTheFace_WorksAsWritten()
    {
        var cacheme = Services.GetRequiredService<ICacheme>();
        var db = _db;
        var user = new UserInfo(1, "set", []);

        await cacheme.SetAsync(new UserInfoNode(1), user, Ct);
        CacheLookup<UserInfo> maybe = await cacheme.TryGetAsync(new UserInfoNode(1), Ct);
        UserInfo fresh = await cacheme.RefreshAsync(new UserInfoNode(1), Ct);
        await cacheme.InvalidateAsync(new UserInfoNode(1), Ct);
        await cacheme.InvalidateAsync([new UserInfoNode(1), new ItemNode(2)], Ct);

        var getUser = cacheme.Memoize((int id) => new UserInfoNode(id), (int id, CancellationToken ct) => db.FindAsync(id, ct));
        UserInfo memoized = await getUser(7, Ct);

        var foo = cacheme.BuildNode<int>("foo", policy => policy.Version("v1").Cache("local"));
        int answer = await cacheme.GetAsync(foo.Key("bar:1"), (ct) => ComputeAsync(ct), Ct);
        int again = await cacheme.GetAsync(foo.Key("bar:1"), async ct => await ComputeAsync(ct), Ct);

        NodeStats stats = cacheme.Stats<UserInfoNode>();
        IReadOnlyList<NodeInfo> nodes = cacheme.Nodes;

        Assert.Equal((user, "user 1", "user 7"), (maybe.Value, fresh.Name, memoized.Name));
        Assert.Equal((42, 42), (answer, again));
        Assert.Equal((1, 0, 0d, 1, 1d, 2, 2, 0, 0d), (
            stats.RequestCount, stats.HitCount, stats.HitRate, stats.MissCount, stats.MissRate,
            stats.LoadCount, stats.LoadSuccessCount, stats.LoadFailureCount, stats.LoadFailureRate));
        Assert.True(stats.TotalLoadTime >= stats.AverageLoadTime);
        Assert.Contains(nodes, node => node.Name == "UserInfoNode" && node.NodeType == typeof(UserInfoNode));
        Assert.Contains(nodes, node => node.Name == "foo");

        static async Task<int> ComputeAsync(CancellationToken ct) => await Task.FromResult(ct.IsCancellationRequested ? 0 : 42);
    }

    [Fact]
    public async Task Handle_OfANode_IsInjected()
    {
        var users = Services.GetRequiredService<INodeCache<UserInfoNode, UserInfo>>();

        Assert.Equal("user 1", (await users.GetAsync(new UserInfoNode(1), Ct)).Name);
        Assert.Equal(1, users.Stats.RequestCount);
    }
}
