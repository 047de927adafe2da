using Cacheme.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Core.Events;

namespace Cacheme.MongoDB.Tests;

/// <summary>The log of invalidations: what is MongoDB's own about it.</summary>
/// <param name="fixture">The server.</param>
[Collection<MongoSetup>]
public sealed class MongoLogTests(MongoFixture fixture) : MongoHarness(fixture)
{
    private const int Kept = 20;
    private static readonly byte[] Record = [1];

    [Fact]
    public async Task Append_OneByOne_NumbersFollowEachOther()
    {
        var log = Open(Storage);
        var first = await log.AppendAsync(Record, Token);

        Assert.Equal(first + 1, await log.AppendAsync(Record, Token));
        await using var other = Make();
        Assert.Equal(first + 2, await Open(other).AppendAsync(Record, Token));
    }

    // Two clocks would begin with two numbers, and who has read the higher one would never read the lower one.
    [Fact]
    public async Task Append_TwoBeginALogAtOnceWithDifferentClocks_BeginWithOneNumber()
    {
        var late = new FakeTimeProvider(Time.GetUtcNow() + TimeSpan.FromHours(1));
        await using var other = Make(time: late);

        var numbers = await Task.WhenAll(Open(Storage).AppendAsync(Record, Token).AsTask(), Open(other).AppendAsync(Record, Token).AsTask());

        Assert.Equal(1, Math.Abs(numbers[0] - numbers[1]));
    }

    // It stopped between its look and its record, and the number that it takes is free because it was removed long ago.
    [Fact]
    public async Task Append_TookSoLongThatItsNumberWasRemoved_IsAppendedAgainAtTheEnd()
    {
        var log = Open(Storage);
        var last = await log.AppendAsync(Record, Token);
        var armed = 1;
        var settings = MongoClientSettings.FromConnectionString(Fixture.Server.ConnectionString);
        settings.ClusterConfigurator = cluster => cluster.Subscribe<CommandStartedEvent>(started =>
        {
            if (started.CommandName == "insert" && Interlocked.Exchange(ref armed, 0) == 1)
            {
                // The driver tells before it sends, and waits for whoever it tells.
                last = Task.Run(() => GrowAsync(log, 5 * Kept)).GetAwaiter().GetResult();
                Time.Advance(TimeSpan.FromSeconds(2));
            }
        });
        using var client = new MongoClient(settings);
        await using var slow = MongoStorage.Over(Services(), () => client, Database, Collection);

        var appended = await Open(slow).AppendAsync(new byte[] { 9 }, Token);

        Assert.Equal(last + 1, appended);
        Assert.Equal([9], (await log.ReadLastAsync(Token))!.Value.Bytes.ToArray()); // Not null: it was appended.
    }

    [Fact]
    public async Task Records_LiveForEverAndAreNoEntries()
    {
        var log = Open(Storage);
        await log.AppendAsync(Record, Token);

        Assert.All(await Documents.Find(new BsonDocument()).ToListAsync(Token), document => Assert.False(document.Contains("expires")));
        Assert.False(Assert.Single(await Storage.GetAsync(["log"], Token)).Exists);
        await Storage.RemoveAsync(["log"], Token);
        Assert.NotNull(await log.ReadLastAsync(Token));
    }

    private static async Task<long> GrowAsync(IInvalidationLog log, int records)
    {
        var last = 0L;
        for (var i = 0; i < records; i++)
        {
            last = await log.AppendAsync(Record, Token);
        }

        return last;
    }

    private ServiceProvider Services() => new ServiceCollection().AddSingleton<TimeProvider>(Time).BuildServiceProvider();

    private static IInvalidationLog Open(IStorage storage) => storage.OpenInvalidationLog("log", Kept)!; // Not null: MongoDB has one.
}
