using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Cacheme.Storage;
using Cacheme.Telemetry;
using Cacheme.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Cacheme.Tests.Storage;

public sealed class ReadBatcherTests : IAsyncDisposable
{
    private const int Kept = 10;
    private const int Absent = Kept;

    private readonly FakeTimeProvider _time = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly Queue<IThreadPoolWorkItem> _threads = [];
    private readonly Gate _gate = new();
    private readonly FakeStorage _storage;
    private readonly StorageGuard _guard;
    private readonly ReadBatcher _batcher;

    public ReadBatcherTests()
    {
        _storage = new FakeStorage(_time) { Before = (_, token) => _gate.PassAsync(token) };
        var meter = new CachemeMeter(_services.GetRequiredService<IMeterFactory>());
        _guard = new StorageGuard("remote", _storage, "probe", new StorageOptions(), _time, meter, NullLogger.Instance);
        _batcher = new ReadBatcher(_guard, _threads.Enqueue);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _gate.Open();
        await _guard.DisposeAsync();
        await _services.DisposeAsync();
    }

    [Fact]
    public async Task Read_NothingUnderWay_GoesAtOnceAndAlone()
    {
        _gate.Open();

        Assert.True((await ReadAsync(1)).IsEmpty);
        Assert.True((await ReadAsync(2)).IsEmpty);

        Assert.Empty(_threads);
        Assert.Equal([1, 1], Sizes());
    }

    [Fact]
    public async Task Read_WhileAnotherIsUnderWay_AreSentTogetherAndEachGetsItsOwn()
    {
        Fill(size: 1);
        var first = ReadAsync(0);
        var reads = Enumerable.Range(1, 8).Select(ReadAsync).ToList();

        Assert.Single(_threads);
        RunThreads();

        Assert.Equal([1, 8], Sizes()); // The first one holds nobody up.
        _gate.Open();
        Assert.Equal([0], (await first).ToArray());
        for (byte i = 0; i < reads.Count; i++)
        {
            Assert.Equal([(byte)(i + 1)], (await reads[i]).ToArray());
        }
    }

    [Fact]
    public async Task Read_MoreThanABatchHolds_AreSentAsSeveral()
    {
        Assert.Equal([1, 8, 8, 4], await SizesOfAsync(Keys(21)));
    }

    [Fact]
    public async Task Read_MoreThanABatchHolds_OneThatBlocksItsThreadHoldsUpNoOther()
    {
        using var blocked = new ManualResetEventSlim();
        var isBlocked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reads = Keys(17).Select(ReadGuardedAsync).ToList();
        _storage.Before = (_, _) =>
        {
            isBlocked.SetResult();
            blocked.Wait(Ct);
            return Task.CompletedTask;
        };
        var first = Task.Run(_threads.Dequeue().Execute, Ct);
        await isBlocked.Task.WaitAsync(Patience.Limit, Ct);
        _storage.Before = null;

        RunThreads();

        await Task.WhenAll(reads[9..]).WaitAsync(Patience.Limit, Ct);
        Assert.DoesNotContain(reads[1..9], read => read.IsCompleted);
        blocked.Set();
        _gate.Open();
        await Task.WhenAll([first, .. reads]).WaitAsync(Patience.Limit, Ct);
    }

    [Fact]
    public async Task Read_ValuesAreSmall_ABatchHoldsTwiceAsManyEachTime()
    {
        Fill(size: 1);
        var largest = new List<int>();
        for (var round = 0; round < 6; round++)
        {
            largest.Add((await SizesOfAsync(Keys(250))).Max());
        }

        Assert.Equal([8, 16, 32, 64, 100, 100], largest);
    }

    [Fact]
    public async Task Read_ValuesAreLarge_GoAloneUntilTheyAreSmallAgain()
    {
        Fill(size: 100_000);
        await SizesOfAsync(Keys(10));

        Assert.All(await SizesOfAsync(Keys(63)), size => Assert.Equal(1, size));

        Fill(size: 1);
        await SizesOfAsync(Keys(128)); // One of 64 tells that they are.
        Assert.Equal([1, 2, 2, 2, 2, 1], await SizesOfAsync(Keys(10)));
    }

    [Fact]
    public async Task Read_OnlyOneOfABatchIsThere_ItsSizeIsNotSharedOut()
    {
        _storage.Put("1", new byte[100_000]);

        await SizesOfAsync(Keys(9));

        Assert.All(await SizesOfAsync(Keys(9)), size => Assert.Equal(1, size));
    }

    [Fact]
    public async Task Read_NothingIsThere_TellsNothingAboutTheSize()
    {
        Fill(size: 100_000);
        await SizesOfAsync(Keys(10));

        await SizesOfAsync(Enumerable.Repeat(Absent, 128));

        Assert.All(await SizesOfAsync(Keys(10)), size => Assert.Equal(1, size));
    }

    [Fact]
    public async Task Read_BatchFails_TellsNothingAboutTheSize()
    {
        await SizesOfAsync(Keys(9), () => throw new IOException("one broken connection"));

        Assert.Equal([1, 8, 8], await SizesOfAsync(Keys(17)));
    }

    [Fact]
    public async Task Read_BatchTimesOut_TheNextHoldsHalf()
    {
        Fill(size: 1);
        await SizesOfAsync(Keys(9));
        Assert.Equal([1, 16, 16], await SizesOfAsync(Keys(33)));

        await SizesOfAsync(Keys(10), () => new Gate().PassAsync());

        Assert.Equal([1, 16, 16], await SizesOfAsync(Keys(33)));
    }

    [Fact]
    public async Task Read_BatchTimesOut_CountsForSeveralOfItsCallers()
    {
        await SizesOfAsync(Keys(9));
        await SizesOfAsync(Keys(9), () => new Gate().PassAsync());
        Assert.False(_guard.IsCutOff);

        await SizesOfAsync(Keys(9), () => new Gate().PassAsync());

        Assert.True(_guard.IsCutOff);
    }

    [Fact]
    public async Task Read_OneOfABatchCannotBeRead_OnlyItsCallerFails()
    {
        Fill(size: 1);
        for (var round = 0; round < 20; round++)
        {
            var held = new Gate();
            _storage.Before = (_, token) =>
                _storage.Calls.Last().Keys.Contains("3") ? throw new IOException("damaged row")
                : _storage.Calls.Last().Keys.Contains("0") ? held.PassAsync(token) : Task.CompletedTask;
            var reads = Keys(9).Select(ReadGuardedAsync).ToList();
            RunThreads();
            held.Open();

            var answers = await Task.WhenAll(reads).WaitAsync(Patience.Limit, Ct);
            Assert.Equal([3], answers.Index().Where(answer => answer.Item.Error is not null).Select(answer => answer.Index));
        }

        Assert.False(_guard.IsCutOff);
    }

    [Fact]
    public async Task Read_AllOfABatchFail_CountsForEachOfThem()
    {
        var first = ReadGuardedAsync(0);
        var reads = Keys(5).Select(ReadGuardedAsync).ToList();
        _storage.Before = (_, _) => throw new IOException("down");
        RunThreads();

        Assert.All(await Task.WhenAll(reads).WaitAsync(Patience.Limit, Ct), answer => Assert.NotNull(answer.Error));
        Assert.True(_guard.IsCutOff);
        Assert.NotNull((await first.WaitAsync(Patience.Limit, Ct)).Error); // What is under way is given up with it.
        _gate.Open();
    }

    [Fact]
    public async Task Read_BatchFailsLateAndThenItsReadsHang_AllEndWithTheTimeoutOfTheBatch()
    {
        var refusal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var alone = 0;
        var allAlone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = ReadGuardedAsync(0);
        _storage.Before = (_, token) =>
        {
            if (_storage.Calls.Last().Keys.Count > 1)
            {
                return refusal.Task;
            }

            if (++alone == 4)
            {
                allAlone.SetResult();
            }

            return _gate.PassAsync(token);
        };
        var reads = Keys(4).Select(ReadGuardedAsync).ToList();
        RunThreads();
        _time.Advance(TimeSpan.FromMilliseconds(900));
        refusal.SetException(new IOException("one of them cannot be read"));
        await allAlone.Task.WaitAsync(Patience.Limit, Ct);

        _time.Advance(TimeSpan.FromMilliseconds(100));

        Assert.All(await Task.WhenAll([first, .. reads]).WaitAsync(Patience.Limit, Ct), answer => Assert.IsType<TimeoutException>(answer.Error));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Read_TheTokenHasFired_ThrowsAtOnceAndAsksForNothing(bool isBatched)
    {
        var first = isBatched ? ReadAsync(0) : Task.CompletedTask;
        var calls = _storage.Calls.Count;

        var read = _batcher.ReadAsync(["1"], new CancellationToken(canceled: true));

        Assert.True(read.IsCanceled);
        Assert.Empty(_threads);
        Assert.Equal(calls, _storage.Calls.Count);
        _gate.Open();
        await first;
    }

    [Fact]
    public async Task Read_TheTokenFiresWhileItWaits_IsLeftOutOfTheBatch()
    {
        using var leave = new CancellationTokenSource();
        var first = ReadAsync(0);
        var stays = ReadAsync(1);
        var leaves = _batcher.ReadAsync(["2"], leave.Token).AsTask();
        await leave.CancelAsync();

        RunThreads();
        _gate.Open();

        var left = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaves.WaitAsync(Patience.Limit, Ct));
        Assert.Equal(leave.Token, left.CancellationToken);
        await Task.WhenAll(first, stays);
        Assert.Equal(["0", "1"], _storage.Calls.SelectMany(call => call.Keys));
    }

    [Fact]
    public async Task Read_AllLeaveWhileTheyWait_NothingIsAskedFor()
    {
        using var leave = new CancellationTokenSource();
        var first = ReadAsync(0);
        var leaves = _batcher.ReadAsync(["1"], leave.Token).AsTask();
        await leave.CancelAsync();

        RunThreads();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaves.WaitAsync(Patience.Limit, Ct));
        Assert.Single(_storage.Calls);
        _gate.Open();
        await first;
    }

    [Fact]
    public async Task Read_SomebodyWantsSpans_ABatchHasOneLinkedToItsCallers()
    {
        using var traces = new Traces();
        var first = ReadAsync(0);
        var (one, other) = (traces.Start("one"), traces.Start("other"));
        var reads = new[] { Traces.In(one, () => ReadAsync(1)), Traces.In(null, () => ReadAsync(2)), Traces.In(other, () => ReadAsync(3)) };
        var inStorage = default(Activity);
        _storage.Before = (_, _) =>
        {
            inStorage = Activity.Current;
            return Task.CompletedTask;
        };

        RunThreads();
        await Task.WhenAll(reads).WaitAsync(Patience.Limit, Ct);

        var span = Assert.Single(traces.Ended);
        Assert.Same(span, inStorage);
        Assert.Equal("cacheme.batch remote", span.OperationName);
        Assert.Equal([("cacheme.store", "remote"), ("cacheme.keys", 3)], span.TagObjects.Select(tag => (tag.Key, tag.Value)));
        Assert.Equal(one.SpanId, span.ParentSpanId);
        Assert.Equal([one.Context, other.Context], span.Links.Select(link => link.Context));
        _gate.Open();
        await first;
    }

    [Fact]
    public async Task Read_SomebodyWhoWantsSpansThrows_NobodyWaitsForEver()
    {
        using var traces = new Traces { Sampled = () => throw new NotSupportedException() };
        var first = ReadGuardedAsync(0);
        var read = Traces.In(traces.Start("one"), () => ReadGuardedAsync(1));

        RunThreads();

        Assert.IsType<NotSupportedException>((await read.WaitAsync(Patience.Limit, Ct)).Error);
        _gate.Open();
        await first;
    }

    [Fact]
    public async Task Read_TheGuardIsDisposedWhileTheStorageHangs_NobodyWaitsForEver()
    {
        var reads = Keys(4).Select(ReadGuardedAsync).ToList();

        await _guard.DisposeAsync();
        RunThreads();

        Assert.All(await Task.WhenAll(reads).WaitAsync(Patience.Limit, Ct), answer => Assert.IsType<TimeoutException>(answer.Error));
    }

    [Fact]
    public async Task Read_TheLogThrows_NobodyWaitsForEver()
    {
        await using var guard = new StorageGuard(
            "remote", _storage, "probe", new StorageOptions(), _time, new CachemeMeter(_services.GetRequiredService<IMeterFactory>()), new BrokenLogger());
        var batcher = new ReadBatcher(guard, _threads.Enqueue);
        var first = batcher.ReadAsync(["first"], Ct).AsTask();
        var read = batcher.ReadAsync(["a"], Ct).AsTask();
        _storage.Before = (_, _) => throw new IOException("down");

        RunThreads();

        Assert.IsType<NotSupportedException>((await read.WaitAsync(Patience.Limit, Ct)).Error);
        _gate.Open();
        await first;
    }

    [Fact]
    public async Task Read_StorageAnswersWithTooLittle_TheRestHasNothing()
    {
        var answers = await ReadRubbishAsync([], null);

        Assert.All(answers, answer => Assert.Null(answer.Error));
        Assert.All(answers, answer => Assert.False(answer.Value[0].Exists));
    }

    [Fact]
    public async Task Read_TheAnswerThrowsWhenItIsRead_AllHearOfIt()
    {
        var rubbish = new RubbishList(3);

        var answers = await ReadRubbishAsync(rubbish, rubbish, rubbish, rubbish);

        Assert.All(answers, answer => Assert.IsType<InvalidDataException>(answer.Error));
    }

    // Three reads, the last two of them together, answered one after the other.
    private async Task<Guarded<IReadOnlyList<StoredValue>>[]> ReadRubbishAsync(params IReadOnlyList<StoredValue>?[] rubbish)
    {
        var answers = new ConcurrentQueue<IReadOnlyList<StoredValue>?>(rubbish);
        var storage = new RubbishStorage(() => answers.TryDequeue(out var answer) ? answer : throw new InvalidOperationException("One more than expected."));
        await using var guard = new StorageGuard(
            "remote", storage, "probe", new StorageOptions(), _time, new CachemeMeter(_services.GetRequiredService<IMeterFactory>()), NullLogger.Instance);
        var batcher = new ReadBatcher(guard, _threads.Enqueue);
        var reads = Enumerable.Range(0, 3).Select(i => batcher.ReadAsync([$"{i}"], Ct).AsTask()).ToList();
        RunThreads();
        storage.Gate.Open();
        return await Task.WhenAll(reads).WaitAsync(Patience.Limit, Ct);
    }

    // Reads the keys at once, the first of them alone, and tells how many went together. What goes together ends as is said,
    // or with the timeout.
    private async Task<IReadOnlyList<int>> SizesOfAsync(IEnumerable<int> keys, Func<Task>? batch = null)
    {
        var held = new Gate();
        _storage.Calls.Clear();
        var hangs = false;
        _storage.Before = (_, token) =>
        {
            if (batch is null || _storage.Calls.Last().Keys.Count == 1)
            {
                return held.PassAsync(token);
            }

            var ends = batch();
            hangs |= !ends.IsCompleted;
            return ends.WaitAsync(token);
        };
        var reads = keys.Select(ReadGuardedAsync).ToList();
        RunThreads();
        var sizes = Sizes();
        held.Open();
        if (hangs)
        {
            await reads[0].WaitAsync(Patience.Limit, Ct);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        await Task.WhenAll(reads).WaitAsync(Patience.Limit, Ct);
        return sizes;
    }

    private static IEnumerable<int> Keys(int count) => Enumerable.Range(0, count).Select(i => i % Kept);

    private void Fill(int size)
    {
        for (var i = 0; i < Kept; i++)
        {
            var bytes = new byte[size];
            bytes[0] = (byte)i;
            _storage.Put($"{i}", bytes);
        }
    }

    private void RunThreads()
    {
        while (_threads.TryDequeue(out var batch))
        {
            batch.Execute();
        }
    }

    private int[] Sizes() => [.. _storage.Calls.Select(call => call.Keys.Count)];

    private async Task<ReadOnlyMemory<byte>> ReadAsync(int key)
    {
        var answer = await ReadGuardedAsync(key);
        Assert.Null(answer.Error);
        return answer.Value[0].Bytes;
    }

    private Task<Guarded<IReadOnlyList<StoredValue>>> ReadGuardedAsync(int key) => _batcher.ReadAsync([$"{key}"], Ct).AsTask();

    /// <summary>The spans of Cacheme that belong to spans of this test: others run beside it.</summary>
    private sealed class Traces : IDisposable
    {
        private readonly ConcurrentDictionary<ActivityTraceId, Activity> _own = [];
        private readonly ActivityListener _listener;

        public Traces()
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == "Cacheme",
                Sample = (ref ActivityCreationOptions<ActivityContext> options) => _own.ContainsKey(options.Parent.TraceId) ? Sampled() : ActivitySamplingResult.None,
                ActivityStopped = span =>
                {
                    if (_own.ContainsKey(span.TraceId) && span.Source.Name == "Cacheme")
                    {
                        Ended.Enqueue(span);
                    }
                },
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public Func<ActivitySamplingResult> Sampled { get; init; } = () => ActivitySamplingResult.AllDataAndRecorded;

        public ConcurrentQueue<Activity> Ended { get; } = [];

        public Activity Start(string name)
        {
            var span = new Activity(name) { ActivityTraceFlags = ActivityTraceFlags.Recorded }.SetIdFormat(ActivityIdFormat.W3C).Start();
            Activity.Current = null;
            _own[span.TraceId] = span;
            return span;
        }

        public static T In<T>(Activity? span, Func<T> act)
        {
            Activity.Current = span;
            var result = act();
            Activity.Current = null;
            return result;
        }

        public void Dispose() => _listener.Dispose();
    }

    private sealed class BrokenLogger : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new NotSupportedException();
    }

    private sealed class RubbishStorage(Func<IReadOnlyList<StoredValue>?> answer) : IStorage
    {
        public Gate Gate { get; } = new();

        public async ValueTask<IReadOnlyList<StoredValue>> GetAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
        {
            await Gate.PassAsync(cancellationToken);
            return answer()!; // Which breaks the promise.
        }

        public ValueTask ConnectAsync(CancellationToken cancellationToken) => default;

        public ValueTask SetAsync(IReadOnlyList<StorageWrite> writes, CancellationToken cancellationToken) => default;

        public ValueTask RemoveAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) => default;

        public ValueTask DisposeAsync() => default;
    }
}
