using Cacheme.DependencyInjection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cacheme.Storage.Conformance.Suites;

/// <summary>The ways in which a storage is registered, and what its faults may tell.</summary>
/// <param name="fixture">The storage's backend.</param>
public abstract class RegistrationSuite(BackendFixture fixture) : StorageSuite(fixture)
{
    private const int StorageFailed = 1;

    [Fact]
    public async Task Register_InEachWay_ServesTheSameEntries()
    {
        using var byMethod = await StartHostAsync();
        await Cacheme(byMethod).SetAsync(new TextNode("a"), "value", Token);

        foreach (var (configure, settings) in Addresses())
        {
            using var host = await StartHostAsync(configure, settings);
            Assert.Equal("value", (await Cacheme(host).TryGetAsync(new TextNode("a"), Token)).Value);
        }
    }

    [Fact]
    public async Task Log_TheStorageIsDown_HoldsNoSecretNoKeyAndNoValue()
    {
        await Backend.Killed.BeginAsync([]);
        try
        {
            using var host = await StartHostAsync();
            AssertNothingTold(await UseAsync(Cacheme(host)));
        }
        finally
        {
            await Backend.Killed.MendAsync();
        }

        Assert.NotEqual(0, Log.CountOf(StorageFailed));
    }

    [Fact]
    public async Task Log_ThePasswordIsWrong_HoldsNoSecretNoKeyAndNoValue()
    {
        foreach (var url in WrongAddresses())
        {
            using var right = await StartHostAsync();
            await Cacheme(right).SetAsync(new TextNode("other"), "of the right one", Token);
            Log.Records.Clear();

            using var host = await StartHostAsync(cacheme => cacheme.AddStorage(StorageName, url));
            Assert.False((await Cacheme(host).TryGetAsync(new TextNode("other"), Token)).Found);
            AssertNothingTold(await UseAsync(Cacheme(host)));
            Assert.NotEqual(0, Log.CountOf(StorageFailed));
        }
    }

    private static ICacheme Cacheme(IHost host) => host.Services.GetRequiredService<ICacheme>();

    /// <summary>Loads, sets and invalidates, and gives what the caller is told of it: nothing, or that the removal failed.</summary>
    private static async Task<Exception?> UseAsync(ICacheme cacheme)
    {
        var node = new TextNode("k3y");
        Assert.Equal("v4lue", await cacheme.GetAsync(node, _ => new ValueTask<string?>("v4lue"), Token));
        await cacheme.SetAsync(node, "v4lue", Token);
        var failure = await Record.ExceptionAsync(async () => await cacheme.InvalidateAsync(node, Token));
        Assert.True(failure is null or InvalidationException, failure?.ToString());
        return failure;
    }

    /// <summary>By its address, in code and in appsettings; nothing for a storage that has none.</summary>
    private IEnumerable<(Action<CachemeBuilder> Configure, (string, string)[] Settings)> Addresses() => Backend.Url is { } url
        ? [(cacheme => cacheme.AddStorage(StorageName, url), []), (_ => { }, [($"Cacheme:Storages:{StorageName}", url)])]
        : [];

    private IEnumerable<string> WrongAddresses() => Backend is { Secret: { } secret, Url: { } url }
        ? [url.Replace(Uri.EscapeDataString(secret), Uri.EscapeDataString(secret + "x"), StringComparison.Ordinal)]
        : [];

    private void AssertNothingTold(Exception? failure)
    {
        string[] secrets = ["k3y", "v4lue", .. Backend.Secret is { } secret ? (string[])[secret, Uri.EscapeDataString(secret)] : []];
        string[] told = [$"{failure}", .. Log.Records.Select(record => $"{record.Text}{record.Exception}")];
        Assert.DoesNotContain(told, text => secrets.Any(word => text.Contains(word, StringComparison.Ordinal)));
    }
}
