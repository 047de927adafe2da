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
        Fill(100, size: 1);
        var first = ReadAsync(0);
        var reads = Enumerable.Range(1, 50).Select(ReadAsync).ToList();

        Assert.Single(_threads);
        RunThreads();

        Assert.Equal([1, 50], Sizes()); // The first one holds nobody up.
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
        var reads = Enumerable.Range(0, 251).Select(ReadAsync).ToList();

        RunThreads();

        Assert.Equal([1, 100, 100, 50], Sizes());
        _gate.Open();
        await Task.WhenAll(reads);
    }

    [Fact]
    public async Task Read_ValuesAreLarge_GoAloneUntilTheyAreSmallAgain()
    {
        Fill(10, size: 100_000);
        await ReadTogetherAsync(10);
        _storage.Calls.Clear();

        await ReadTogetherAsync(63);
        Assert.All(Sizes(), size => Assert.Equal(1, size));

        Fill(10, size: 1);
        await ReadTogetherAsync(128); // One of 64 tells that they are.
        _storage.Calls.Clear();
        await ReadTogetherAsync(10);
        Assert.Equal([1, 9], Sizes());
    }

    [Fact]
    public async Task Read_BatchFails_CountsForEachOfItsCallers()
    {
        var reads = Enumerable.Range(0, 6).Select(ReadGuardedAsync).ToList();
        RunThreads();
        _storage.Before = (_, _) => throw new IOException("down");

        _time.Advance(TimeSpan.FromSeconds(1));

        var answers = await Task.WhenAll(reads).WaitAsync(Patience.Limit, Ct);
        Assert.All(answers, answer => Assert.NotNull(answer.Error));
        Assert.True(_guard.IsCutOff);
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
        var answers = new Queue<IReadOnlyList<StoredValue>?>([[], null]);
        var storage = new ShortStorage(() => answers.Dequeue());
        await using var guard = new StorageGuard(
            "remote", storage, "probe", new StorageOptions(), _time, new CachemeMeter(_services.GetRequiredService<IMeterFactory>()), NullLogger.Instance);
        var batcher = new ReadBatcher(guard, _threads.Enqueue);

        var reads = Enumerable.Range(0, 3).Select(i => batcher.ReadAsync([$"{i}"], Ct).AsTask()).ToList();
        RunThreads();
        storage.Gate.Open();

        Assert.All(await Task.WhenAll(reads).WaitAsync(Patience.Limit, Ct), answer => Assert.Null(answer.Error));
        Assert.False((await reads[1]).Value[0].Exists);
    }

    private async Task ReadTogetherAsync(int count)
    {
        var held = new Gate();
        _storage.Before = (_, token) => held.PassAsync(token);
        var reads = Enumerable.Range(0, count).Select(i => ReadAsync(i % 10)).ToList();
        RunThreads();
        held.Open();
        await Task.WhenAll(reads).WaitAsync(Patience.Limit, Ct);
    }

    private void Fill(int count, int size)
    {
        for (var i = 0; i < count; i++)
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

    private sealed class BrokenLogger : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new NotSupportedException();
    }

    private sealed class ShortStorage(Func<IReadOnlyList<StoredValue>?> answer) : IStorage
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
