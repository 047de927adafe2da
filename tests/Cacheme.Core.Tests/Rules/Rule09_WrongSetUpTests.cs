using System.Reflection;
using Cacheme.DependencyInjection;
using Cacheme.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cacheme.Tests.Rules;

/// <summary>Rule 9: a wrong set-up fails at start-up, and the message names the node, the storage and the cure.</summary>
public sealed class Rule09_WrongSetUpTests
{
    [Fact]
    public Task UnknownStorage() => Refused(
        cacheme => cacheme.AddNode<ItemNode>(policy => policy.Cache("redsi")), "'ItemNode'", "'redsi'", "'local', 'remote'", "AddStorage");

    [Fact]
    public Task NodeTwice() => Refused(cacheme => cacheme.AddNode<ItemNode>().AddNode<ItemNode>(), "'ItemNode' is added twice");

    [Fact]
    public Task NameTwice() => Refused(
        cacheme => cacheme.AddNode<ItemNode>().AddNode<RemoteOnlyNode>(policy => policy.Name("ItemNode").Cache("local")), "'ItemNode'", ".Name(");

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public Task TimeToLiveOfZeroOrLess(int seconds) => Refused(
        cacheme => cacheme.AddNode<ItemNode>(policy => policy.Cache("local", TimeSpan.FromSeconds(seconds))), "'ItemNode'", "'local'", "ttl", "over zero");

    [Fact]
    public Task NullTimeToLiveOfZero() => Refused(
        cacheme => cacheme.AddNode<ItemNode>(policy => policy.Cache("local").CacheNull(TimeSpan.Zero)), "'ItemNode'", "CacheNull");

    [Fact]
    public Task NodeWithoutACache() => Refused(cacheme => cacheme.AddNode<ItemNode>(_ => { }), "'ItemNode'", "no cache", ".Cache(");

    [Fact]
    public Task RemoteBeforeLocal() => Refused(
        cacheme => cacheme.AddNode<ItemNode>(policy => policy.Cache("remote").Cache("local")), "'ItemNode'", "'remote'", "'local'", "first");

    [Fact]
    public Task StorageTwiceInAChain() => Refused(
        cacheme => cacheme.AddNode<ItemNode>(policy => policy.Cache("local").Cache("local")), "'ItemNode'", "'local'", "twice");

    [Fact]
    public Task StorageNameTwice() => Refused(cacheme => cacheme.AddLocal("local", 10), "'local'", "twice");

    [Fact]
    public Task LocalWithoutRoom() => Refused(cacheme => cacheme.AddLocal("tiny", 0), "'tiny'", "size");

    [Fact]
    public Task UnknownScheme() => Refused(cacheme => cacheme.AddStorage("far", "gopher://localhost"), "'far'", "gopher://", "local://", "Cacheme.Redis");

    [Fact]
    public Task UnknownLocalPolicy() => Refused(cacheme => cacheme.AddStorage("near", "local://fifo"), "'near'", "local://lru", "local://tlfu");

    [Fact]
    public Task TwoLocalPolicies() => Refused(cacheme => cacheme.AddStorage("near", "local://lru,tlfu"), "'near'", "local://lru,tlfu", "local://tlfu");

    [Fact]
    public Task UnknownOption() => Refused(cacheme => cacheme.AddStorage("near", "local://lru?sice=3"), "'near'", "'sice'", "'size'");

    [Fact]
    public Task NoAddress_DoesNotRepeatWhatMayBeSecret() => Refused(cacheme => cacheme.AddStorage("far", "user:secret@host"), "'far'");

    [Fact]
    public Task StorageOptionsThatCannotWork() => Refused(
        cacheme => cacheme.AddStorage("far", _ => new FakeStorage(TimeProvider.System), options => options.Timeout = TimeSpan.Zero), "'far'", "timeout");

    [Fact]
    public Task SeveralFaults_AreToldAtOnce() => Refused(
        cacheme => cacheme.AddNode<ItemNode>(_ => { }).AddNode<RemoteOnlyNode>(policy => policy.Cache("nowhere")), "'ItemNode'", "'RemoteOnlyNode'");

    [Fact]
    public Task SettingThatIsNone() => Refused(
        cacheme => cacheme.AddNode<ItemNode>(), Settings(("Cacheme:Nodes:ItemNode:Vresion", "v2")), "Cacheme", "Vresion");

    [Fact]
    public Task TimeToLiveOfZeroInSettings() => Refused(
        cacheme => cacheme.AddNode<ItemNode>(), Settings(("Cacheme:Nodes:ItemNode:Ttls:local", "00:00:00")), "'ItemNode'", "'local'", "ttl");

    [Fact]
    public Task TimeToLiveInSettingsOfAStorageTheNodeDoesNotUse() => Refused(
        cacheme => cacheme.AddNode<ItemNode>(), Settings(("Cacheme:Nodes:ItemNode:Ttls:loacl", "00:00:01")), "'ItemNode'", "'loacl'", "Caches");

    [Fact]
    public Task OptionsOfAStorageThatIsNone() => Refused(cacheme => cacheme.ConfigureStorage("redsi", _ => { }), "'redsi'", "'remote'");

    [Fact]
    public async Task NodeThatIsNotRegistered_NamesTheCure()
    {
        await using var fixture = new CacheFixture(_ => { });

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => fixture.Cacheme.GetAsync(new ItemNode(1), TestContext.Current.CancellationToken).AsTask());

        Assert.Contains("AddNode<ItemNode>()", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DynamicNodeWithAWrongPolicy_IsRefusedWhenItIsBuilt()
    {
        await using var fixture = new CacheFixture(_ => { });

        Assert.Contains("'nowhere'", Assert.Throws<CachemeSetupException>(() => fixture.Cacheme.BuildNode<int>("foo", policy => policy.Cache("nowhere"))).Message, StringComparison.Ordinal);
        fixture.Cacheme.BuildNode<int>("foo", policy => policy.Cache("local"));
        Assert.Contains("'foo'", Assert.Throws<CachemeSetupException>(() => fixture.Cacheme.BuildNode<int>("foo", policy => policy.Cache("local"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Assembly_NodeAddedByNameToo_IsNoFault()
    {
        await using var fixture = new CacheFixture(cacheme => cacheme
            .AddStorage("redis", _ => new FakeStorage(TimeProvider.System)) // One of the assembly's nodes names it.
            .AddNodes(Assembly.GetExecutingAssembly())
            .AddNode<ItemNode>(policy => policy.Version("by name").Cache("local")));

        Assert.Equal("by name", Assert.Single(fixture.Cacheme.Nodes, node => node.Name == "ItemNode").Version);
        Assert.Contains(fixture.Cacheme.Nodes, node => node.NodeType == typeof(StructNode));
    }

    private static IConfiguration Settings(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(pair => new KeyValuePair<string, string?>(pair.Key, pair.Value))).Build();

    private static Task Refused(Action<CachemeBuilder> configure, params string[] words) => Refused(configure, Settings(), words);

    private static async Task Refused(Action<CachemeBuilder> configure, IConfiguration settings, params string[] words)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddConfiguration(settings);
        builder.Services.AddCacheme(cacheme => configure(
            cacheme.AddLocal("local", 100).AddStorage("remote", services => new FakeStorage(services.GetRequiredService<TimeProvider>()))));
        using var host = builder.Build();

        var error = await Assert.ThrowsAsync<CachemeSetupException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.All(words, word => Assert.Contains(word, error.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }
}
