namespace Cacheme.Sqlite.Tests;

public sealed class LaneTests
{
    [ThreadStatic]
    private static bool _isCalling;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_WorkBlocks_CallerIsFree()
    {
        await using var lane = new Lane(1, 10);
        using var work = new Work();

        var running = work.StartIn(lane);
        await work.Begun;

        Assert.False(running.IsCompleted);
        work.End();
        Assert.True(await running);
    }

    // A place may become free while a caller begins to wait for one; that it does is a matter of luck, so there are many.
    [Fact]
    public async Task Run_ManyCallers_NoneOfThemWorksOnItsOwnThread()
    {
        const int Callers = 4;
        const int RunsOfEach = 25_000;
        var onCallers = 0;
        await using var lane = new Lane(2, Callers);

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; i < RunsOfEach; i++)
                {
                    _isCalling = true;
                    var running = lane.RunAsync(() => _isCalling && Interlocked.Increment(ref onCallers) > 0, Token).AsTask();
                    _isCalling = false;
                    running.Wait(Token); // This thread is the caller's alone.
                }
            },
            Token,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));

        Assert.Equal(0, onCallers);
    }

    [Fact]
    public async Task Run_AllPlacesAreTaken_WaitsForOne()
    {
        await using var lane = new Lane(2, 10);
        using Work first = new(), second = new(), third = new();
        Task[] running = [first.StartIn(lane), second.StartIn(lane), third.StartIn(lane)];
        await Task.WhenAll(first.Begun, second.Begun);
        Assert.False(third.Begun.IsCompleted);

        first.End();

        await third.Begun;
        second.End();
        third.End();
        await Task.WhenAll(running);
    }

    [Fact]
    public async Task Run_SeveralWait_FirstComesFirst()
    {
        await using var lane = new Lane(1, 100);
        using var work = new Work();
        var running = work.StartIn(lane);
        var order = new List<int>();

        var waiting = Enumerable.Range(0, 50).Select(i => lane.RunAsync(() => { order.Add(i); return true; }, Token).AsTask()).ToList();
        work.End();
        await Task.WhenAll([running, .. waiting]);

        Assert.Equal(Enumerable.Range(0, 50), order);
    }

    [Fact]
    public async Task Run_CancelledInTheQueue_NeverBegins()
    {
        await using var lane = new Lane(1, 10);
        using Work first = new(), second = new(), third = new();
        using var leave = new CancellationTokenSource();
        var running = first.StartIn(lane);
        var cancelled = second.StartIn(lane, leave.Token);

        await leave.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.Equal(leave.Token, exception.CancellationToken);
        first.End();
        await running;
        third.End();
        await third.StartIn(lane);
        Assert.False(second.Begun.IsCompleted);
    }

    [Fact]
    public async Task Run_CancelledWhileItRuns_GoesOnAndThePlaceStaysTaken()
    {
        await using var lane = new Lane(1, 10);
        using Work first = new(), second = new();
        using var leave = new CancellationTokenSource();
        var running = first.StartIn(lane, leave.Token);
        await first.Begun;

        await leave.CancelAsync();

        var next = second.StartIn(lane);
        Assert.False(second.Begun.IsCompleted);
        first.End();
        Assert.True(await running);
        second.End();
        await next;
    }

    [Fact]
    public async Task Run_WorkThrows_CallerHearsItAndThePlaceIsFree()
    {
        await using var lane = new Lane(1, 10);

        await Assert.ThrowsAsync<FormatException>(async () => await lane.RunAsync<bool>(() => throw new FormatException(), Token));

        Assert.True(await lane.RunAsync(() => true, Token));
    }

    [Fact]
    public async Task Run_QueueIsFull_ThrowsAtOnce()
    {
        await using var lane = new Lane(1, 1);
        using Work first = new(), second = new();
        Task[] running = [first.StartIn(lane), second.StartIn(lane)];

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await lane.RunAsync(() => true, Token));

        first.End();
        second.End();
        await Task.WhenAll(running);
        Assert.True(await lane.RunAsync(() => true, Token));
    }

    [Fact]
    public async Task Dispose_OneRunsAndOneWaits_WaitsForTheOneAndTurnsTheOtherAway()
    {
        var lane = new Lane(1, 10);
        using Work first = new(), second = new();
        var running = first.StartIn(lane);
        var waiting = second.StartIn(lane);
        await first.Begun;

        var disposed = lane.DisposeAsync().AsTask();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        Assert.False(disposed.IsCompleted);
        first.End();
        await disposed;
        Assert.True(await running);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await lane.RunAsync(() => true, Token));
    }

    /// <summary>Work that blocks its thread until it is told to end.</summary>
    private sealed class Work : IDisposable
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _end = new();

        public Task Begun => _begun.Task;

        public Task<bool> StartIn(Lane lane, CancellationToken? cancellationToken = null) => lane.RunAsync(
            () =>
            {
                _begun.SetResult();
                _end.Wait(Token);
                return true;
            },
            cancellationToken ?? Token).AsTask();

        public void End() => _end.Set();

        public void Dispose() => _end.Dispose();
    }
}
