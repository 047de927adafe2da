using Cacheme.Servers;
using Cacheme.Storage;
using Cacheme.Testing;

namespace Cacheme.MongoDB.Tests;

/// <summary>The server goes away and comes back, hangs, or is forgotten by the network.</summary>
/// <param name="fixture">The server.</param>
[Collection<MongoSetup>]
public sealed class MongoOutageTests(MongoFixture fixture) : MongoHarness(fixture)
{
    [Fact]
    public async Task Operations_ServerWasRestarted_WorkAgain()
    {
        await SetAsync("a", [1]);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => GetAsync("a").AsTask()));

        await Fixture.Server.RestartAsync();

        await Eventually.HoldsAsync(async () => (await GetAsync("a")).Exists);
        await SetAsync("a", [2]);
        Assert.Equal([2], Bytes(await GetAsync("a")));
    }

    [Fact]
    public async Task Get_ServerIsDown_FailsAndSaysWhyAndComesBack()
    {
        await SetAsync("a", [1]);
        Fixture.Server.Stop();
        try
        {
            await Eventually.HoldsAsync(async () =>
                (await Assert.ThrowsAsync<MongoStorageException>(async () => await GetAsync("a"))).Message.Contains("refused", StringComparison.Ordinal));
        }
        finally
        {
            await Fixture.Server.RestartAsync();
        }

        await Eventually.HoldsAsync(async () => (await GetAsync("a")).Exists);
    }

    [Fact]
    public async Task Get_AllConnectionsAreInUse_SaysSo()
    {
        await using var storage = Make(connectionString: $"{Fixture.Server.ConnectionString}&maxPoolSize=1&waitQueueTimeoutMS=200");
        await storage.SetAsync([Write("a", [1])], Token);
        Task<IReadOnlyList<StoredValue>>[] reads;
        Fixture.Server.Pause();
        try
        {
            reads = [storage.GetAsync([Key("a")], Token).AsTask(), storage.GetAsync([Key("a")], Token).AsTask()];

            var failure = await Assert.ThrowsAsync<MongoStorageException>(() => Task.WhenAny(reads).Unwrap().WaitAsync(Patience.Limit, Token));

            Assert.Contains("PoolSize", failure.Message, StringComparison.Ordinal);
        }
        finally
        {
            Fixture.Server.Resume();
        }

        // The other one had the connection.
        await Assert.ThrowsAsync<MongoStorageException>(() => Task.WhenAll(reads).WaitAsync(Patience.Limit, Token));
        Assert.Equal(1, reads.Count(read => read.IsCompletedSuccessfully));
    }

    [Fact]
    public async Task Dispose_ServerIsFrozen_ReturnsAndLeavesNobodyWaiting()
    {
        await SetAsync("a", [1]);
        Fixture.Server.Pause();
        try
        {
            var reading = GetAsync("a").AsTask();
            var writing = SetAsync("a", [2]).AsTask();

            await Storage.DisposeAsync().AsTask().WaitAsync(Patience.Limit, Token);

            await Assert.ThrowsAsync<ObjectDisposedException>(() => reading.WaitAsync(Patience.Limit, Token));
            await Assert.ThrowsAsync<ObjectDisposedException>(() => writing.WaitAsync(Patience.Limit, Token));
        }
        finally
        {
            Fixture.Server.Resume();
        }
    }

    [Fact]
    public async Task Set_ServerIsFrozen_EndsOnlyWhenTheServerAnswers()
    {
        await SetAsync("a", [1]);
        Task writing;
        Fixture.Server.Pause();
        try
        {
            writing = Storage.SetAsync([Write("a", [2])], CancellationToken.None).AsTask();

            // What waits for nothing, comes back: the write would have too.
            using var leaving = new CancellationTokenSource();
            var reading = Storage.GetAsync([Key("a")], leaving.Token).AsTask();
            await leaving.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(Patience.Limit, Token));
            Assert.False(writing.IsCompleted, $"{writing.Exception}");
        }
        finally
        {
            Fixture.Server.Resume();
        }

        await writing;
        Assert.Equal([2], Bytes(await GetAsync("a")));
    }

    [Fact]
    public async Task Get_TheNetworkForgotTheConnections_ComesBack()
    {
        await using var proxy = new ForgetfulProxy(Fixture.Server.Port);
        var address = Fixture.Server.ConnectionString.Replace(Fixture.Server.EndPoint, $"127.0.0.1:{proxy.Port}", StringComparison.Ordinal);
        await using var storage = Make(connectionString: $"{address}&directConnection=true&heartbeatFrequencyMS=1000");
        await storage.SetAsync([Write("a", [1])], Token);

        proxy.Forget();

        await Eventually.HoldsAsync(async () =>
        {
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            return (await storage.GetAsync([Key("a")], timeout.Token))[0].Exists;
        });
        Assert.True(proxy.Connections > 3);
    }
}
