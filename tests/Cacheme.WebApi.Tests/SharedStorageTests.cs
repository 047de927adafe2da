using System.Net.Http.Json;
using WebApi.Users;

namespace Cacheme.WebApi.Tests;

/// <summary>The sample on each storage, chosen by configuration alone.</summary>
public sealed class SharedStorageTests : IDisposable
{
    private static readonly (string, string) Node = ("cacheme_node", nameof(UserInfoNode));

    private readonly SampleFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Names => [.. SharedStorage.Names];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public async Task User_AskedForAfterARestart_ComesFromTheStorage(string name)
    {
        await using var storage = await SharedStorage.StartAsync(name, _folder);
        await using (var before = new SampleApp(_folder, storage.Address))
        {
            await before.CreateClient().GetStringAsync("/users/1", Token);
        }

        await using var app = new SampleApp(_folder, storage.Address);
        using var client = app.CreateClient();
        var user = await client.GetFromJsonAsync<UserInfo>("/users/1", Token);
        var metrics = new MetricsText(await client.GetStringAsync("/metrics", Token));

        Assert.Equal("Ada Example", user?.Name);
        Assert.Equal(1, metrics.Sum("cacheme_cache_requests_total", Node, ("cacheme_result", "hit"), ("cacheme_tier", "shared")));
        Assert.Equal(0, metrics.Sum("cacheme_load_duration_seconds_count", Node));
        Assert.Equal(storage.Address is null, File.Exists(Path.Combine(_folder.Path, "cacheme.db")));
    }
}
