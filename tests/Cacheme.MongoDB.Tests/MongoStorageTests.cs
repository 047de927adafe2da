using Cacheme.Testing;
using Microsoft.Extensions.DependencyInjection;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cacheme.MongoDB.Tests;

/// <summary>What is MongoDB's own: documents, logins, clients.</summary>
/// <param name="fixture">The server.</param>
[Collection<MongoSetup>]
public sealed class MongoStorageTests(MongoFixture fixture) : MongoHarness(fixture)
{
    public static TheoryData<string> ForeignFields => ["{ value: 'text' }", "{ value: null }", "{ }", "{ version: 'x', parts: 2 }", "{ version: ObjectId('507f1f77bcf86cd799439011'), parts: 'x' }"];

    [Fact]
    public async Task Set_ADocument_IsReadableByPeople()
    {
        Time.SetUtcNow(DateTimeOffset.UnixEpoch.AddYears(60));

        await SetAsync("a", [1, 2], TimeSpan.FromMilliseconds(1_500));
        await SetAsync("b", []);

        var end = new BsonDateTime(Time.GetUtcNow().ToUnixTimeMilliseconds() + 1_500);
        Assert.Equal(new BsonDocument { { "_id", Key("a") }, { "value", new BsonBinaryData([1, 2]) }, { "expires", end } }, await FindAsync("a"));
        Assert.Equal(new BsonDocument { { "_id", Key("b") }, { "value", new BsonBinaryData([]) } }, await FindAsync("b"));
    }

    [Theory]
    [MemberData(nameof(ForeignFields))]
    public async Task Get_ADocumentOfSomebodyElse_IsAbsentAndTheNextWriteReplacesIt(string fields)
    {
        await Documents.InsertOneAsync(new BsonDocument("_id", Key("a")).Merge(BsonDocument.Parse(fields)), cancellationToken: Token);
        await SetAsync("b", [1]);

        Assert.False((await GetAsync("a")).Exists);
        Assert.Equal([false, true], (await Storage.GetAsync([Key("a"), Key("b")], Token)).Select(value => value.Exists));

        await SetAsync("a", [2]);
        Assert.Equal([2], Bytes(await GetAsync("a")));
    }

    [Fact]
    public async Task Get_TheExpiryIsNoDate_NeverExpires()
    {
        await Documents.InsertOneAsync(new BsonDocument { { "_id", Key("a") }, { "value", new byte[] { 1 } }, { "expires", "soon" } }, cancellationToken: Token);

        Assert.Equal([1], Bytes(await GetAsync("a")));
    }

    [Fact]
    public async Task Connect_WrongPassword_SaysSoWithoutIt()
    {
        await using var storage = Make(connectionString: $"mongodb://cacheme:wr0ng@{Fixture.Server.EndPoint}/?authSource=admin");

        var failure = await Assert.ThrowsAsync<MongoStorageException>(async () => await storage.ConnectAsync(Token));

        Assert.Contains("password", failure.Message, StringComparison.Ordinal);
        Assert.Contains("authSource", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ng", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_NoLogin_SaysWhatIsNeeded()
    {
        await using var storage = Make(connectionString: $"mongodb://{Fixture.Server.EndPoint}");

        var failure = await Assert.ThrowsAsync<MongoStorageException>(async () => await storage.ConnectAsync(Token));

        Assert.Contains("readWrite", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClientOfTheApplication_IsUsedAndLeftOpen()
    {
        using var client = new MongoClient(Fixture.Server.ConnectionString);
        var services = new ServiceCollection().AddSingleton<TimeProvider>(Time).BuildServiceProvider();
        await using (var storage = MongoStorage.Over(services, () => client, Database, Collection))
        {
            await storage.SetAsync([Write("a", [1])], Token);
        }

        Assert.Equal("{ \"ok\" : 1.0 }", (await client.GetDatabase(Database).RunCommandAsync<BsonDocument>(new BsonDocument("ping", 1), cancellationToken: Token)).ToString());
        Assert.Equal(1, await CountAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ClientOfTheApplication_DoesNotAcknowledge_IsRefusedAtTheFirstUse(bool isWrapped)
    {
        using var client = new MongoClient(Fixture.Server.ConnectionString + (isWrapped ? "" : "&w=0"));
        var services = new ServiceCollection().AddSingleton<TimeProvider>(Time).BuildServiceProvider();
        await using var storage = MongoStorage.Over(services, () => isWrapped ? client.WithWriteConcern(WriteConcern.Unacknowledged) : client, Database, Collection);

        Func<ValueTask>[] uses = [() => storage.ConnectAsync(Token), () => storage.SetAsync([Write("a", [1])], Token), () => storage.RemoveAsync([Key("a")], Token)];
        foreach (var use in uses)
        {
            var failure = await Assert.ThrowsAsync<CachemeSetupException>(async () => await use());
            Assert.Contains("w=majority", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Dispose_ManyOperationsWereUnderWay_LeavesNoConnection()
    {
        var name = Guid.NewGuid().ToString("N");
        for (var round = 0; round < 5; round++)
        {
            var storage = Make(options => options.Configure = settings => settings.ApplicationName = name);
            Task ReadAsync(int i) => Record.ExceptionAsync(async () => await storage.GetAsync([Key($"{i}")], Token)).AsTask();
            await Task.WhenAll(Enumerable.Range(0, 20).Select(ReadAsync));
            Assert.True(await Fixture.Observer.CountConnectionsAsync(name) > 2, "Nothing was connected but the watch on the server.");
            Task[] reads = [.. Enumerable.Range(0, 20).Select(ReadAsync)];

            await storage.DisposeAsync();

            await Task.WhenAll(reads).WaitAsync(Patience.Limit, Token);
        }

        await Eventually.HoldsAsync(async () => await Fixture.Observer.CountConnectionsAsync(name) == 0);
    }

    [Fact]
    public async Task Set_ADocumentWouldBeTooLarge_FailsAndSaysNoKey()
    {
        // With its key a document would be larger than any may be.
        var huge = new string('k', 2 * 1024 * 1024);
        await SetAsync("warm", [1]);

        var failure = await Assert.ThrowsAsync<MongoStorageException>(
            async () => await Storage.SetAsync([Write("a", [1]), Write(huge, new byte[MongoParts.Size]), Write("b", [2])], Token));

        Assert.Contains("16 MiB", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("kkkk", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operations_KeyOfHalfACharacter_FailAndSayWhy()
    {
        const string Half = "\ud800";
        await SetAsync("warm", [1]);

        Func<Task>[] uses =
        [
            () => SetAsync(Half, [1]).AsTask(),
            () => Storage.SetAsync([Write(Half, [1]), Write("a", [1])], Token).AsTask(),
            () => GetAsync(Half).AsTask(),
            () => Storage.GetAsync([Key(Half), Key("a")], Token).AsTask(),
            () => Storage.RemoveAsync([Key(Half)], Token).AsTask(),
        ];
        foreach (var use in uses)
        {
            var failure = await Assert.ThrowsAsync<MongoStorageException>(use);
            Assert.Contains("half a character", failure.Message, StringComparison.Ordinal);
        }

        Assert.Equal([1], Bytes(await GetAsync("warm")));
    }

    private async Task<BsonDocument> FindAsync(string key) =>
        await (await Documents.FindAsync(new BsonDocument("_id", Key(key)), cancellationToken: Token)).SingleAsync(Token);
}
