using System.Collections.Concurrent;
using Cacheme.Storage;
using MongoDB.Driver.Core.Events;

namespace Cacheme.MongoDB.Tests;

/// <summary>What the server is told, by the driver's own account.</summary>
/// <param name="fixture">The server.</param>
[Collection<MongoSetup>]
public sealed class MongoCommandTests(MongoFixture fixture) : MongoHarness(fixture)
{
    private readonly ConcurrentQueue<string> _commands = new();

    [Fact]
    public async Task Operations_OfOneKeyAndOfMany_AreOneCommandEach()
    {
        await using var storage = MakeHeard();
        string[] keys = [.. Enumerable.Range(0, 1_000).Select(i => Key($"{i}"))];
        await storage.SetAsync([Write("warm", [1])], Token);

        await AssertToldAsync(["update"], () => storage.SetAsync([Write("0", [1])], Token).AsTask());
        await AssertToldAsync(["update"], () => storage.SetAsync([.. keys.Select(key => new StorageWrite(key, new byte[] { 1 }, null))], Token).AsTask());
        await AssertToldAsync(["find"], () => storage.GetAsync([keys[0]], Token).AsTask());
        await AssertToldAsync(["find"], () => storage.GetAsync(keys, Token).AsTask());
        await AssertToldAsync(["find"], () => storage.GetAsync([.. keys.Take(101)], Token).AsTask());
        await AssertToldAsync(["delete"], () => storage.RemoveAsync([keys[0]], Token).AsTask());
        await AssertToldAsync(["delete"], () => storage.RemoveAsync(keys, Token).AsTask());
    }

    [Fact]
    public async Task Connect_TheIndexIsThere_OnlyLooks()
    {
        await Storage.ConnectAsync(Token);
        await using var storage = MakeHeard();

        await AssertToldAsync(["listIndexes"], () => storage.ConnectAsync(Token).AsTask());
    }

    [Fact]
    public async Task Set_MoreThanAMessageHolds_IsCut()
    {
        await using var storage = MakeHeard();
        await storage.SetAsync([Write("warm", [1])], Token);
        var value = new byte[10 * 1024 * 1024];

        await AssertToldAsync(["update", "update"], () => storage.SetAsync([.. Enumerable.Range(0, 5).Select(i => Write($"{i}", value))], Token).AsTask());

        var values = await storage.GetAsync([.. Enumerable.Range(0, 5).Select(i => Key($"{i}"))], Token);
        Assert.All(values, found => Assert.Equal(value.Length, Bytes(found).Length));
    }

    private IStorage MakeHeard() => Make(options => options.Configure = settings =>
        settings.ClusterConfigurator = cluster => cluster.Subscribe<CommandStartedEvent>(command => _commands.Enqueue(command.CommandName)));

    private async Task AssertToldAsync(string[] expected, Func<Task> operation)
    {
        _commands.Clear();
        await operation();
        Assert.Equal(expected, _commands.Where(command => command is not ("hello" or "isMaster" or "saslStart" or "saslContinue")));
    }
}
