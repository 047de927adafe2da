using System.Diagnostics.Metrics;
using Cacheme.Telemetry;
using Cacheme.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cacheme.Storage.Conformance.Suites;

/// <summary>Callers who leave.</summary>
/// <param name="fixture">The storage's backend.</param>
public abstract class CancellationSuite(BackendFixture fixture) : StorageSuite(fixture)
{
    [Fact]
    public async Task Operations_CancelledBeforeTheyStart_DoNothing()
    {
        await SetAsync("a", [1]);
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Storage.GetAsync([Key("a")], cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Storage.SetAsync([Write("a", [2])], cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Storage.RemoveAsync([Key("a")], cancelled));

        Assert.Equal([1], Bytes(await GetAsync("a")));
    }

    [Fact]
    public async Task Operations_CancelledWhileTheStorageHangs_EndTheWait()
    {
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meter = new CachemeMeter(services.GetRequiredService<IMeterFactory>());
        await using var guard = new StorageGuard("frozen", Storage, Key("probe"), new StorageOptions(), TimeProvider.System, meter, NullLogger.Instance);
        await SetAsync("a", [1]);
        await Backend.Frozen.BeginAsync([]);
        try
        {
            await AssertLeavesAsync(guard, async (storage, token) => await storage.GetAsync([Key("a")], token));
            await AssertLeavesAsync(guard, async (storage, token) => await storage.GetAsync([Key("a"), Key("b")], token));
            await AssertLeavesAsync(guard, async (storage, token) => await storage.SetAsync([Write("b", [2])], token));
            await AssertLeavesAsync(guard, async (storage, token) => await storage.RemoveAsync([Key("b")], token));
        }
        finally
        {
            await Backend.Frozen.MendAsync();
        }

        // What was left behind has no power over those who come later.
        await Eventually.HoldsAsync(async () => (await GetAsync("a")).Exists);
        await SetAsync("a", [3]);
        Assert.Equal([3], Bytes(await GetAsync("a")));
    }

    /// <summary>A storage may go on when its token fires, and its callers have left; one of which only a part hangs may also answer.</summary>
    private static async Task AssertLeavesAsync(StorageGuard guard, Func<IStorage, CancellationToken, Task> operation)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var waiting = guard.RunAsync(StoreOperation.Get, operation, DoAsync, leaving.Token).AsTask();

        await leaving.CancelAsync();

        var failure = await Record.ExceptionAsync(() => waiting.WaitAsync(Patience.Limit, Token));
        Assert.True(failure is null or OperationCanceledException, failure?.ToString());
    }

    private static async ValueTask<bool> DoAsync(IStorage storage, Func<IStorage, CancellationToken, Task> operation, CancellationToken cancellationToken)
    {
        await operation(storage, cancellationToken);
        return true;
    }
}
