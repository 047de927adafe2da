using Cacheme.Testing;

namespace Cacheme.Storage.Conformance.Suites;

/// <summary>The end.</summary>
/// <param name="fixture">The storage's backend.</param>
public abstract class DisposalSuite(BackendFixture fixture) : StorageSuite(fixture)
{
    private const int Callers = 16;

    [Fact]
    public async Task Dispose_Twice_IsNoError()
    {
        await SetAsync("a", [1]);

        await Storage.DisposeAsync();
        await Storage.DisposeAsync();
    }

    [Fact]
    public async Task Operations_AfterDispose_Throw()
    {
        await Storage.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await GetAsync("a"));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await SetAsync("a", [1]));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await Storage.RemoveAsync([Key("a")], Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await Storage.ConnectAsync(Token));
    }

    [Fact]
    public async Task Dispose_OperationsAreUnderWay_AllEnd()
    {
        await SetAsync("a", [1]);
        var underWay = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var callers = Enumerable.Range(0, Callers).Select(caller => Task.Run(() => UseUntilItEndsAsync(caller, underWay))).ToArray();
        await underWay.Task.WaitAsync(Patience.Limit, Token);

        await Storage.DisposeAsync().AsTask().WaitAsync(Patience.Limit, Token);

        // Each was told by an exception, of the storage or of its driver, whose connection went away.
        await Task.WhenAll(callers).WaitAsync(Patience.Limit, Token);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await GetAsync("a"));
    }

    [Fact]
    public async Task Dispose_TheServerHangs_IsBounded()
    {
        await SetAsync("a", [1]);
        Task[] waiting;
        await Backend.Frozen.BeginAsync([]);
        try
        {
            // As the core calls them: reads with a token that fires at the timeout, writes with none.
            using var timeout = new CancellationTokenSource();
            waiting = [Storage.GetAsync([Key("a")], timeout.Token).AsTask(), Storage.SetAsync([Write("a", [2])], CancellationToken.None).AsTask()];
            await timeout.CancelAsync();

            await Storage.DisposeAsync().AsTask().WaitAsync(Patience.Limit, Token);
        }
        finally
        {
            await Backend.Frozen.MendAsync();
        }

        // With what, is the driver's: that they end is what their callers need.
        var ends = Task.WhenAll(waiting.Select(operation => Record.ExceptionAsync(() => operation).AsTask()));
        await ends.WaitAsync(Patience.Limit, Token);
    }

    private async Task UseUntilItEndsAsync(int caller, TaskCompletionSource underWay)
    {
        while (true)
        {
            try
            {
                await SetAsync($"{caller}", [1]);
                await GetAsync("a");
                await Storage.RemoveAsync([Key($"{caller}")], Token);
                underWay.TrySetResult();
            }
            catch (Exception)
            {
                return;
            }
        }
    }
}
