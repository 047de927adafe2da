using Cacheme.Testing;
using DnsClient;
using Microsoft.Extensions.DependencyInjection;
using MongoDB.Driver;
using MongoDB.Driver.Core.Configuration;

namespace Cacheme.MongoDB.Tests;

/// <summary>A cluster that DNS knows.</summary>
/// <param name="fixture">The server that DNS would name.</param>
[Collection<MongoSetup>]
public sealed class MongoSrvTests(MongoFixture fixture) : MongoHarness(fixture)
{
    [Fact]
    public async Task Operations_DnsDidNotAnswer_FailAndWorkLater()
    {
        var isDown = true;
        await using var storage = MakeNamedByDns(_ => isDown ? throw new DnsResponseException(DnsResponseCode.ConnectionTimeout) : Settings());

        Func<Task>[] uses = [() => storage.ConnectAsync(Token).AsTask(), () => storage.SetAsync([Write("a", [1])], Token).AsTask(), () => storage.GetAsync([Key("a")], Token).AsTask()];
        foreach (var use in uses)
        {
            Assert.Contains("DNS", (await Assert.ThrowsAsync<MongoStorageException>(use)).Message, StringComparison.Ordinal);
        }

        isDown = false;
        await storage.ConnectAsync(Token);
        await storage.SetAsync([Write("a", [1])], Token);
        Assert.Equal([1], Bytes((await storage.GetAsync([Key("a")], Token))[0]));
    }

    [Fact]
    public async Task Dispose_DnsHangs_ReturnsAndLeavesNobodyWaiting()
    {
        using var answer = new ManualResetEventSlim();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var storage = MakeNamedByDns(_ =>
        {
            asked.SetResult();
            answer.Wait(Patience.Limit);
            return Settings();
        });
        try
        {
            var reading = storage.GetAsync([Key("a")], Token).AsTask();
            await asked.Task.WaitAsync(Patience.Limit, Token);

            await storage.DisposeAsync().AsTask().WaitAsync(Patience.Limit, Token);

            await Assert.ThrowsAsync<ObjectDisposedException>(() => reading.WaitAsync(Patience.Limit, Token));
        }
        finally
        {
            answer.Set();
        }
    }

    private MongoClientSettings Settings() => MongoClientSettings.FromConnectionString(Fixture.Server.ConnectionString);

    private MongoStorage MakeNamedByDns(Func<ConnectionString, MongoClientSettings> ask) => MongoStorage.Connecting(
        new ServiceCollection().AddSingleton<TimeProvider>(Time).BuildServiceProvider(),
        MongoConfiguration.Parse("mongodb+srv://cluster.nowhere.test/", new() { Database = Database, Collection = Collection }, ask));
}
