using System.Collections.Concurrent;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cacheme.MongoDB.Tests;

/// <summary>Values that are larger than a document may be.</summary>
/// <param name="fixture">The server.</param>
[Collection<MongoSetup>]
public sealed class MongoPartsTests(MongoFixture fixture) : MongoHarness(fixture)
{
    [Theory]
    [InlineData(MongoParts.Size, 1)]
    [InlineData(MongoParts.Size + 1, 3)]
    [InlineData((2 * MongoParts.Size) + 1, 4)]
    public async Task Set_Size_StandsInSoManyDocuments(int size, int documents)
    {
        var value = Value(size, 1);

        await SetAsync("a", value);

        Assert.Equal(documents, await CountAsync());
        Assert.True(Bytes(await GetAsync("a")).AsSpan().SequenceEqual(value));
        Assert.True(Bytes((await Storage.GetAsync([Key("b"), Key("a")], Token))[1]).AsSpan().SequenceEqual(value));
    }

    [Fact]
    public async Task Set_OverALargeValue_LeavesNoPartOfIt()
    {
        await SetAsync("a", Value(MongoParts.Size + 1, 1));

        await SetAsync("a", Value(MongoParts.Size + 2, 2));
        Assert.Equal(3, await CountAsync());

        await SetAsync("a", [3]);
        Assert.Equal(1, await CountAsync());
        Assert.Equal([3], Bytes(await GetAsync("a")));
    }

    [Fact]
    public async Task Set_ABatchOverALargeValue_WritesAllAndLeavesNoPartOfIt()
    {
        await SetAsync("a", Value(MongoParts.Size + 1, 1));

        await Storage.SetAsync([Write("a", [2]), Write("b", [3]), Write("c", Value(MongoParts.Size + 1, 4))], Token);

        Assert.Equal([2], Bytes(await GetAsync("a")));
        Assert.Equal([3], Bytes(await GetAsync("b")));
        Assert.Equal(MongoParts.Size + 1, Bytes(await GetAsync("c")).Length);
        Assert.Equal(5, await CountAsync());
    }

    [Fact]
    public async Task Remove_ALargeValue_RemovesItsPartsAndNoOthers()
    {
        await SetAsync("a", Value(MongoParts.Size + 1, 1));
        await SetAsync("ab", Value(MongoParts.Size + 1, 2));

        await Storage.RemoveAsync([Key("a")], Token);

        Assert.False((await GetAsync("a")).Exists);
        Assert.Equal(MongoParts.Size + 1, Bytes(await GetAsync("ab")).Length);
        Assert.Equal(3, await CountAsync());
    }

    [Fact]
    public async Task Remove_PartsThatNobodyNames_GoToo()
    {
        await MongoParts.WriteAsync(Entries(), Write("a", Value(MongoParts.Size + 1, 1)), end: null);
        Assert.False((await GetAsync("a")).Exists);

        await Storage.RemoveAsync([Key("a")], Token);

        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task Prolong_ALargeValue_ProlongsItsPartsAndNoOthers()
    {
        var minute = TimeSpan.FromMinutes(1);
        await SetAsync("a", Value(MongoParts.Size + 1, 1), minute);
        await SetAsync("ab", Value(MongoParts.Size + 1, 2), minute);

        await Storage.Lifetimes!.ProlongAsync([Key("a")], minute * 10, Token); // Not null: this storage has them.

        // What MongoDB deletes by its own clock is what says so.
        Assert.Equal(3, await CountAsync(new BsonDocument("expires", new BsonDocument("$gt", new BsonDateTime(Time.GetUtcNow().UtcDateTime + (minute * 9))))));
        await ElapseAsync(minute * 5);
        Assert.Equal(MongoParts.Size + 1, Bytes(await GetAsync("a")).Length);
        Assert.False((await GetAsync("ab")).Exists);
    }

    [Fact]
    public async Task Get_APartIsMissing_IsAbsent()
    {
        await SetAsync("a", Value(MongoParts.Size + 1, 1));
        var part = (await (await Documents.FindAsync(new BsonDocument("_id", new BsonDocument("$ne", Key("a"))), cancellationToken: Token)).ToListAsync(Token))[0];
        await Documents.DeleteOneAsync(new BsonDocument("_id", part["_id"]), Token);

        Assert.False((await GetAsync("a")).Exists);
    }

    [Fact]
    public async Task Get_TheDocumentWasReadBeforeAnotherWrite_FindsThatOne()
    {
        await SetAsync("a", Value(MongoParts.Size + 1, 1));
        var stale = await MongoRead.FindAsync(Entries(), Key("a"), Token);
        Assert.NotNull(stale);

        await SetAsync("a", Value(MongoParts.Size + 1, 2));
        var larger = await MongoParts.ReadAsync(Entries(), stale, now: 0, Token);
        await SetAsync("a", [3]);
        var small = await MongoParts.ReadAsync(Entries(), stale, now: 0, Token);
        await Storage.RemoveAsync([Key("a")], Token);
        var gone = await MongoParts.ReadAsync(Entries(), stale, now: 0, Token);

        Assert.True(Bytes(larger).AsSpan().SequenceEqual(Value(MongoParts.Size + 1, 2)));
        Assert.Equal([3], Bytes(small));
        Assert.False(gone.Exists);
    }

    [Fact]
    public async Task Get_WhileLargeValuesAreWritten_IsNeverMixed()
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await SetAsync("a", Value(MongoParts.Size + 1, 0));
        var seen = new ConcurrentDictionary<byte, bool>();
        async Task ReadAsync()
        {
            while (!ended.IsCancellationRequested)
            {
                var value = await GetAsync("a");
                if (value.Exists)
                {
                    Assert.True(value.Bytes.Span.IndexOfAnyExcept(value.Bytes.Span[0]) < 0, "A value was of two writes.");
                    seen.TryAdd(value.Bytes.Span[0], true);
                }
            }
        }

        var reading = ReadAsync();

        for (byte version = 1; version <= 10 || (seen.Count < 2 && version < 100); version++)
        {
            await SetAsync("a", Value(MongoParts.Size + 1, version));
        }

        await ended.CancelAsync();
        await reading;
        Assert.True(seen.Count > 1, "The values of only one write were read.");
        Assert.Equal(3, await CountAsync());
    }

    private static byte[] Value(int size, byte fill)
    {
        var value = new byte[size];
        value.AsSpan().Fill(fill);
        return value;
    }

    private IMongoCollection<MongoEntry> Entries() => Documents.Database.GetCollection<MongoEntry>(Collection);
}
