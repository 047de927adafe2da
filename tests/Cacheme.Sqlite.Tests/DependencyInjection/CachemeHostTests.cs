using Cacheme.DependencyInjection;
using Cacheme.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cacheme.Sqlite.Tests.DependencyInjection;

/// <summary>SQLite through AddCacheme, as an application has it: said by method, by address and in appsettings.</summary>
public sealed class CachemeHostTests : IDisposable
{
    private readonly TemporaryFile _file = new();
    private readonly LogRecorder _log = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _log.Dispose();
        _file.Dispose();
    }

    [Theory]
    [InlineData("method")]
    [InlineData("address")]
    [InlineData("appsettings")]
    public async Task Get_AfterARestartOfTheHost_IsServedFromTheFile(string way)
    {
        await using (var host = await StartAsync(way))
        {
            Assert.Equal("first", await GetAsync(host, 1, "first"));
        }

        await using var restarted = await StartAsync(way);

        Assert.Equal("first", await GetAsync(restarted, 1, "not loaded"));
        var stats = restarted.Services.GetRequiredService<ICacheme>().Stats("words");
        Assert.Equal((1, 0, 0), (stats.HitsByStorage["disk"], stats.MissCount, stats.LoadCount));
    }

    [Theory]
    [InlineData("Data Source=:memory:")]
    [InlineData("Data Source=cache.db;Mode=ReadOnly")]
    [InlineData("nonsense")]
    [InlineData("Data Source=cache.db;Nonsense=1")]
    public Task Start_ConnectionStringThatCannotWork_NamesTheStorage(string text) => Refused(cacheme => cacheme.AddSqlite("far", text));

    [Theory]
    [InlineData("sqlite://")]
    [InlineData("sqlite:///cache.db?nonsense=1")]
    public Task Start_AddressThatCannotWork_NamesTheStorage(string address) => Refused(cacheme => cacheme.AddStorage("far", address));

    [Fact]
    public async Task Get_FileDamagedWhileTheHostIsDown_IsAnsweredByLoadsAndTheLogNamesTheFile()
    {
        await using (var host = await StartAsync("method"))
        {
            await GetAsync(host, 1, "first");
        }

        _file.Damage();
        await using var restarted = await StartAsync("method");

        Assert.Equal("second", await GetAsync(restarted, 1, "second"));
        Assert.Equal("third", await GetAsync(restarted, 2, "third"));
        AssertTheLogNamesTheFile();
    }

    [Fact]
    public async Task Get_NoDatabaseAtAllUnderTheName_IsAnsweredByLoadsAndTheLogNamesTheFile()
    {
        await File.WriteAllTextAsync(_file.FullPath, string.Concat(Enumerable.Repeat("This is a letter to a friend. ", 1000)), Token);
        await using var host = await StartAsync("method");

        Assert.Equal("first", await GetAsync(host, 1, "first"));
        AssertTheLogNamesTheFile();
    }

    private void AssertTheLogNamesTheFile() => Assert.Contains(
        _log.Records,
        record => record.Level >= LogLevel.Warning
            && $"{record.Text} {record.Exception?.Message}" is var told
            && told.Contains("'disk'", StringComparison.Ordinal)
            && told.Contains(_file.FullPath, StringComparison.Ordinal)
            && told.Contains("damaged", StringComparison.Ordinal)
            && told.Contains("Move or delete it", StringComparison.Ordinal));

    private async Task<StartedHost> StartAsync(string way)
    {
        var host = way switch
        {
            "method" => Build(cacheme => cacheme.AddSqlite("disk", _file.ConnectionString)),
            "address" => Build(cacheme => cacheme.AddStorage("disk", $"sqlite://{_file.FullPath}")),
            _ => Build(_ => { }, ("Cacheme:Storages:disk", $"sqlite://{_file.FullPath}")),
        };
        await host.StartAsync(Token);
        return new StartedHost(host);
    }

    private IHost Build(Action<CachemeBuilder> configure, params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(_log);
        builder.Configuration.AddInMemoryCollection(settings.Select(pair => new KeyValuePair<string, string?>(pair.Key, pair.Value)));
        builder.Services.AddCacheme(cacheme => configure(
            cacheme.AddNode<WordNode>(policy => policy.Name("words").Version("v1").Cache("disk", ttl: TimeSpan.FromHours(1)))));
        return builder.Build();
    }

    private static ValueTask<string> GetAsync(StartedHost host, int id, string loaded) =>
        host.Services.GetRequiredService<ICacheme>().GetAsync(new WordNode(id), _ => new ValueTask<string>(loaded), Token);

    private async Task Refused(Action<CachemeBuilder> configure)
    {
        using var host = Build(cacheme => configure(cacheme.AddLocal("disk", size: 10)));

        var error = await Assert.ThrowsAsync<CachemeSetupException>(() => host.StartAsync(Token));

        Assert.Contains("'far'", error.Message, StringComparison.Ordinal);
    }

    private sealed record WordNode(int Id) : Node<string>
    {
        public override NodeKey Key => $"word:{Id}";
    }

    /// <summary>A host that is stopped and disposed as one.</summary>
    private sealed class StartedHost(IHost host) : IAsyncDisposable
    {
        public IServiceProvider Services => host.Services;

        public async ValueTask DisposeAsync()
        {
            await host.StopAsync(CancellationToken.None);
            await ((IAsyncDisposable)host).DisposeAsync();
        }
    }
}
