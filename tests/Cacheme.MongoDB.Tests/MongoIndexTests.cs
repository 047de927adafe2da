using Cacheme.Servers;
using Cacheme.Storage;
using Cacheme.Testing;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cacheme.MongoDB.Tests;

/// <summary>The collection and its index: made, found, made again, refused; and what the index does.</summary>
/// <param name="fixture">The server.</param>
[Collection<MongoSetup>]
public sealed class MongoIndexTests(MongoFixture fixture) : MongoHarness(fixture)
{
    [Fact]
    public async Task Connect_ManyProcessesAtOnce_MakeOneIndex()
    {
        IStorage[] storages = [.. Enumerable.Range(0, 8).Select(_ => Make())];

        await Task.WhenAll(storages.Select(storage => storage.ConnectAsync(Token).AsTask()));

        Assert.Equal(0, LifeOf(Assert.Single(await IndexesAsync(), IsOnExpires)));
        await Task.WhenAll(storages.Select(storage => storage.DisposeAsync().AsTask()));
    }

    [Fact]
    public async Task Set_NobodyConnected_MakesTheIndex()
    {
        await SetAsync("a", [1]);

        Assert.Single(await IndexesAsync(), IsOnExpires);
    }

    [Fact]
    public async Task Set_TheCollectionWasDropped_MakesTheIndexAgainAfterAWhile()
    {
        await SetAsync("a", [1]);
        await RunAsync(new BsonDocument("drop", Collection));

        await SetAsync("a", [2]);
        Assert.Equal([2], Bytes(await GetAsync("a")));
        Assert.DoesNotContain(await IndexesAsync(), IsOnExpires);

        Time.Advance(MongoReadiness.Freshness);
        await SetAsync("a", [3]);
        await Eventually.HoldsAsync(async () => (await IndexesAsync()).Exists(IsOnExpires));
    }

    [Fact]
    public async Task Set_ALaterLookFails_IsWrittenAndTheLookIsMadeAgain()
    {
        await SetAsync("a", [1]);
        await RunAsync(new BsonDocument("drop", Collection));
        Time.Advance(MongoReadiness.Freshness);
        var before = await FailAsync(["listIndexes"], code: 13, times: 100);

        await SetAsync("a", [2]);
        await Eventually.HoldsAsync(async () => await FailAsync(["listIndexes"], code: 13, times: 100) > before);
        await SetAsync("a", [3]);

        Assert.Equal([3], Bytes(await GetAsync("a")));
        await StopFailingAsync();

        // The look that failed has ended behind the write that began it.
        await Eventually.HoldsAsync(async () =>
        {
            Time.Advance(MongoReadiness.Retry);
            await SetAsync("a", [4]);
            return (await IndexesAsync()).Exists(IsOnExpires);
        });
    }

    [Fact]
    public async Task Set_ALaterLookFindsTheCollectionUnfit_FailsUntilItIsFit()
    {
        await SetAsync("a", [1]);
        await RunAsync(new BsonDocument("drop", Collection));
        await RunAsync(new BsonDocument { { "create", Collection }, { "collation", new BsonDocument { { "locale", "en" }, { "strength", 2 } } } });
        Time.Advance(MongoReadiness.Freshness);

        await Eventually.HoldsAsync(async () => await Record.ExceptionAsync(() => SetAsync("a", [2]).AsTask()) is MongoStorageException failure && failure.Message.Contains("collation", StringComparison.Ordinal));

        await RunAsync(new BsonDocument("drop", Collection));
        await SetAsync("a", [3]);
        Assert.Single(await IndexesAsync(), IsOnExpires);
    }

    [Fact]
    public async Task Set_TheFirstLookFails_FailsAndTheNextOneLooksAgain()
    {
        await FailAsync(["listIndexes"], code: 13);
        Assert.Contains("readWrite", (await Assert.ThrowsAsync<MongoStorageException>(() => SetAsync("a", [1]).AsTask())).Message, StringComparison.Ordinal);

        await SetAsync("a", [1]);

        Assert.Equal([1], Bytes(await GetAsync("a")));
    }

    [Fact]
    public async Task Connect_IndexOfOtherSeconds_IsLeftAsItIs()
    {
        await CreateIndexAsync("theirs", new BsonDocument("expireAfterSeconds", 3_600));

        await SetAsync("a", [1]);

        Assert.Equal([1], Bytes(await GetAsync("a")));
        Assert.Equal(3_600, LifeOf(Assert.Single(await IndexesAsync(), IsOnExpires)));
    }

    [Fact]
    public async Task Connect_IndexThatDeletesNothing_IsRefusedAndNamed()
    {
        await CreateIndexAsync("plain", []);

        var failure = await Assert.ThrowsAsync<MongoStorageException>(async () => await Storage.ConnectAsync(Token));

        Assert.Contains($"'{Collection}'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("'plain' deletes nothing", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_IndexOfTheSameName_IsRefused()
    {
        await RunAsync(new BsonDocument
        {
            { "createIndexes", Collection },
            { "indexes", new BsonArray { new BsonDocument { { "key", new BsonDocument("other", 1) }, { "name", "expires_1" } } } },
        });

        var failure = await Assert.ThrowsAsync<MongoStorageException>(async () => await Storage.ConnectAsync(Token));

        Assert.Contains("another index named 'expires_1'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_CollectionThatComparesLoosely_IsRefused()
    {
        await RunAsync(new BsonDocument { { "create", Collection }, { "collation", new BsonDocument { { "locale", "en" }, { "strength", 2 } } } });

        var failure = await Assert.ThrowsAsync<MongoStorageException>(async () => await Storage.ConnectAsync(Token));

        Assert.Contains("collation", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_UserMayOnlyRead_SaysWhatIsNeeded()
    {
        var user = $"u_{Guid.NewGuid():N}";
        await Fixture.Observer.RunAsync(
            "admin", new BsonDocument { { "createUser", user }, { "pwd", "p" }, { "roles", new BsonArray { new BsonDocument { { "role", "read" }, { "db", Database } } } } }, Token);
        await using var storage = Make(connectionString: $"mongodb://{user}:p@{Fixture.Server.EndPoint}/?authSource=admin");

        var failure = await Assert.ThrowsAsync<MongoStorageException>(async () => await storage.ConnectAsync(Token));

        Assert.Contains("readWrite", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_WhatHasExpired_IsDeleted()
    {
        await using var server = await MongoServer.StartAsync("--setParameter", "ttlMonitorSleepSecs=1");
        using var observer = server.Observe();
        await using var storage = Make(connectionString: server.ConnectionString, time: TimeProvider.System);
        var large = new byte[MongoParts.Size + 1];

        await storage.SetAsync([Write("short", [1], TimeSpan.FromMilliseconds(1)), Write("large", large, TimeSpan.FromMilliseconds(1)), Write("long", [2], TimeSpan.FromHours(1)), Write("for ever", [3])], Token);

        var documents = observer.Collection(Database, Collection);
        await Eventually.HoldsAsync(async () => (await documents.FindAsync(new BsonDocument(), cancellationToken: Token)).ToList(Token).Count == 2);
        Assert.Equal([false, true, true], (await storage.GetAsync([Key("short"), Key("long"), Key("for ever")], Token)).Select(value => value.Exists));
    }

    private Task<BsonDocument> CreateIndexAsync(string name, BsonDocument options) => RunAsync(new BsonDocument
    {
        { "createIndexes", Collection },
        { "indexes", new BsonArray { new BsonDocument { { "key", new BsonDocument("expires", 1) }, { "name", name } }.Merge(options) } },
    });

    private static bool IsOnExpires(BsonDocument index) => index["key"] == new BsonDocument("expires", 1);

    private static double LifeOf(BsonDocument index) => index["expireAfterSeconds"].ToDouble();
}
