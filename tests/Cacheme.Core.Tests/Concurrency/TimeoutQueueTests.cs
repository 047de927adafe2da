using Cacheme.Concurrency;
using Cacheme.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Cacheme.Tests.Concurrency;

public sealed class TimeoutQueueTests : IAsyncDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly TimeoutQueue _queue;

    public TimeoutQueueTests() => _queue = new TimeoutQueue(Second, _time);

    public ValueTask DisposeAsync() => _queue.DisposeAsync();

    [Fact]
    public async Task Add_ItsTimeHasPassed_IsCancelledAndNoOtherIs()
    {
        var early = Begin();
        _time.Advance(Moment);
        var late = Begin();

        _time.Advance(Second - Moment);

        await IsCancelledAsync(early);
        Assert.Equal(1, _queue.Count);
        Assert.False(late.IsCancellationRequested);
        _time.Advance(Moment);
        await IsCancelledAsync(late);
    }

    [Fact]
    public async Task Add_BeganBeforeWhatIsInIt_IsCancelledFirst()
    {
        var earliest = _time.GetTimestamp();
        _time.Advance(Moment);
        var early = Begin();
        _time.Advance(Moment);
        var late = Begin();
        var earliestOfAll = Begin(earliest);

        _time.Advance(Second - (2 * Moment));

        await IsCancelledAsync(earliestOfAll);
        Assert.Equal(2, _queue.Count);
        _time.Advance(Moment);
        await IsCancelledAsync(early);
        Assert.Equal(1, _queue.Count);
        _time.Advance(Moment);
        await IsCancelledAsync(late);
    }

    [Fact]
    public async Task Add_BeganLongAgo_IsCancelledWhenItsOwnTimeHasPassed()
    {
        var began = _time.GetTimestamp();
        _time.Advance(Second - Moment);
        var late = Begin(began);

        _time.Advance(Moment);

        await IsCancelledAsync(late);
    }

    [Fact]
    public void Remove_BeforeItsTimeHasPassed_IsNotCancelled()
    {
        using var source = new CancellationTokenSource();
        var added = _queue.Add(source, _time.GetTimestamp());

        _queue.Remove(added);

        _time.Advance(Second);
        Assert.Equal(0, _queue.Count);
        Assert.False(source.IsCancellationRequested);
    }

    [Fact]
    public async Task CancelAll_SomeAreInIt_AreCancelled()
    {
        var all = new[] { Begin(), Begin() };

        _queue.CancelAll();

        await Task.WhenAll(all.Select(IsCancelledAsync));
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public async Task Dispose_SomeAreInIt_AreCancelled()
    {
        var all = new[] { Begin(), Begin() };

        await _queue.DisposeAsync();

        await Task.WhenAll(all.Select(IsCancelledAsync));
    }

    [Fact]
    public async Task Add_AfterItWasDisposed_IsCancelledAtOnce()
    {
        await _queue.DisposeAsync();

        var late = Begin();

        await IsCancelledAsync(late);
        Assert.Equal(0, _queue.Count);
    }

    private CancellationToken Begin(long? began = null)
    {
        // Not disposed: the queue may be about to cancel it.
        var source = new CancellationTokenSource();
        _queue.Add(source, began ?? _time.GetTimestamp());
        return source.Token;
    }

    // The queue cancels on the pool.
    private static async Task IsCancelledAsync(CancellationToken token)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registered = token.Register(cancelled.SetResult);
        await cancelled.Task.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);
    }
}
