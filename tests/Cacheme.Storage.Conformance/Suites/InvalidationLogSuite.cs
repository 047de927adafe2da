using System.Collections.Concurrent;
using Cacheme.Storage.Outage.Faults;
using Cacheme.Testing;

namespace Cacheme.Storage.Conformance.Suites;

/// <summary>The log by which processes tell each other what they invalidate: two storages of one server, as two processes have.</summary>
/// <param name="fixture">The storage's backend.</param>
public abstract class InvalidationLogSuite(BackendFixture fixture) : StorageSuite(fixture)
{
    private const int Kept = 100;
    private const int Readers = 4;

    [Fact]
    public async Task Log_ThatIsNew_HasNoRecord()
    {
        var log = Open(Storage);

        Assert.Null(await log.ReadLastAsync(Token));
        Assert.Empty(await log.ReadAsync(0, 10, Token));
        Assert.Empty(await log.ReadAsync(123, 10, Token));
    }

    [Fact]
    public async Task Append_ByTwo_IsOneOrderForBoth()
    {
        var (one, other) = (Open(Storage), Open(await OtherAsync()));
        var numbers = new List<long>();
        for (byte i = 0; i < 6; i++)
        {
            numbers.Add(await (i % 2 == 0 ? one : other).AppendAsync(new[] { i }, Token));
        }

        Assert.Equal(numbers.Order().Distinct(), numbers);
        Assert.True(numbers[0] > 0);
        foreach (var log in (IInvalidationLog[])[one, other])
        {
            var read = await log.ReadAsync(0, 100, Token);
            Assert.Equal(numbers, read.Select(record => record.Sequence));
            Assert.Equal([0, 1, 2, 3, 4, 5], read.Select(record => (int)Assert.Single(record.Bytes.ToArray())));
            Assert.Equal(numbers[^1], (await log.ReadLastAsync(Token))!.Value.Sequence);
        }
    }

    [Fact]
    public async Task Read_FromANumber_BeginsWithItAndKeepsToTheLimit()
    {
        var log = Open(Storage);
        var numbers = new List<long>();
        for (byte i = 0; i < 5; i++)
        {
            numbers.Add(await log.AppendAsync(new[] { i }, Token));
        }

        Assert.Equal(numbers[2..4], (await log.ReadAsync(numbers[2], 2, Token)).Select(record => record.Sequence));
        Assert.Equal(numbers[4..], (await log.ReadAsync(numbers[4], 10, Token)).Select(record => record.Sequence));
        Assert.Empty(await log.ReadAsync(numbers[4] + 1, 10, Token));
    }

    [Fact]
    public async Task Logs_OfTwoNames_AreApart()
    {
        var (one, other) = (Open(Storage), Open(await OtherAsync(), "other"));

        await one.AppendAsync(new byte[] { 1 }, Token);

        Assert.Null(await other.ReadLastAsync(Token));
        await other.AppendAsync(new byte[] { 2 }, Token);
        Assert.Equal([1], (await one.ReadAsync(0, 10, Token)).SelectMany(record => record.Bytes.ToArray()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(256)]
    [InlineData(64 * 1024)]
    public async Task Append_BytesOfAnyKindAndLength_AreReadAsTheyWere(int length)
    {
        var log = Open(Storage);
        byte[] bytes = [.. Enumerable.Range(0, length).Select(i => (byte)i)];

        await log.AppendAsync(bytes, Token);

        Assert.Equal(bytes, (await log.ReadLastAsync(Token))!.Value.Bytes.ToArray());
        Assert.Equal(bytes, Assert.Single(await log.ReadAsync(0, 10, Token)).Bytes.ToArray());
    }

    [Fact]
    public async Task Append_MoreThanItKeeps_TheLastStayAndTheFirstGo()
    {
        const int Appended = (5 * Kept) + 1;
        var log = Open(Storage);
        var first = await log.AppendAsync(new byte[] { 1 }, Token);
        for (var i = 1; i < Appended; i++)
        {
            await log.AppendAsync(new byte[] { 2 }, Token);
        }

        var left = await log.ReadAsync(first, 2 * Appended, Token);
        Assert.InRange(left.Count, Kept, 3 * Kept);
        Assert.NotEqual(first, left[0].Sequence);
    }

    // Numbers that become visible in another order than their own would be read past, and what they say would be lost.
    [Fact]
    public async Task Append_BySeveralAtOnce_AReaderWhoReadsOnMissesNone()
    {
        var logs = (One: Open(Storage, kept: 1000), Other: Open(await OtherAsync(), kept: 1000));
        if (logs.One is SharedValueLog)
        {
            // Two may write over each other there, which the next test is for.
            return;
        }

        using var appended = new CancellationTokenSource();
        Task<(List<long> Heard, int Gaps)>[] readers = [.. Enumerable.Range(0, Readers).Select(_ => Task.Run(() => ReadOnAsync(logs.Other, appended.Token)))];

        var said = await AppendAllAsync(logs, writers: 6, each: 120);
        await appended.CancelAsync();

        foreach (var (heard, gaps) in await Task.WhenAll(readers).WaitAsync(Patience.Limit, Token))
        {
            Assert.Equal(0, gaps);
            Assert.Equal(said.Keys.Order(), heard);
        }

        Assert.Equal(said.Keys.Order(), (await ReadOnAsync(logs.One, appended.Token)).Heard);
    }

    [Fact]
    public async Task Append_BySeveralAtOnce_AllIsThereAtTheEnd()
    {
        var logs = (One: Open(Storage, kept: 1000), Other: Open(await OtherAsync(), kept: 1000));

        var said = await AppendAllAsync(logs, writers: 2, each: 40);

        // Who wrote over whom is found when both have looked again.
        await logs.One.ReadAsync(0, 1000, Token);
        await logs.Other.ReadAsync(0, 1000, Token);
        var kept = (await logs.One.ReadAsync(0, 1000, Token)).Select(record => BitConverter.ToInt32(record.Bytes.Span)).ToHashSet();
        Assert.Empty(said.Values.Except(kept));
    }

    [Fact]
    public async Task Listen_WhereTheLogPushes_IsToldOfWhatTheOtherAppends()
    {
        var (one, other) = (Open(Storage), Open(await OtherAsync()));
        if (!one.Pushes)
        {
            return;
        }

        var told = 0;
        await using (one.Listen(() => Interlocked.Increment(ref told)))
        {
            // Once when it listens, and then for each record.
            await Eventually.HoldsAsync(() => Task.FromResult(Volatile.Read(ref told) > 0));
            var before = Volatile.Read(ref told);
            await other.AppendAsync(new byte[] { 1 }, Token);
            await Eventually.HoldsAsync(() => Task.FromResult(Volatile.Read(ref told) > before));
        }

        var atTheEnd = Volatile.Read(ref told);
        await other.AppendAsync(new byte[] { 2 }, Token);
        await other.ReadLastAsync(Token);
        Assert.InRange(Volatile.Read(ref told), atTheEnd, atTheEnd + 1); // One may have been on its way.
    }

    [Fact]
    public async Task Records_AreNoEntries()
    {
        var log = Open(Storage);
        await log.AppendAsync(new byte[] { 1 }, Token);
        await SetAsync("a", [7]);

        await Storage.RemoveAsync([Key("a")], Token);

        Assert.NotNull(await log.ReadLastAsync(Token));
        Assert.False((await GetAsync("a")).Exists);
    }

    // Two versions of an application may keep a different number; whoever stands at an old record must find it gone with what came after it.
    [Fact]
    public async Task Append_ByTwoWhoKeepDifferentNumbers_LeavesNoHole()
    {
        var (many, few) = (Open(Storage, kept: 60), Open(await OtherAsync(), kept: 10));
        var numbers = new List<long>();
        for (var i = 0; i < 150; i++)
        {
            numbers.Add(await (i < 70 || i % 4 == 0 ? many : few).AppendAsync(BitConverter.GetBytes(i), Token));
        }

        var left = (await few.ReadAsync(0, 200, Token)).Select(record => record.Sequence).ToList();

        Assert.InRange(left.Count, 10, 149);
        Assert.Equal(numbers[^left.Count..], left);
    }

    [Fact]
    public async Task Append_TheServerWasRestarted_GoesOnBehindAllThatWasThere()
    {
        var (one, other) = (Open(Storage), Open(await OtherAsync()));
        var before = new Dictionary<long, byte>();
        for (byte i = 0; i < 5; i++)
        {
            before[await one.AppendAsync(new[] { i }, Token)] = i;
        }

        await Backend.Killed.BeginAsync([]);
        Time.Advance(TimeSpan.FromSeconds(1));
        await Backend.Killed.MendAsync();

        var after = await AppendWhenItIsUpAsync(other);
        Assert.True(after > before.Keys.Max());
        await Eventually.HoldsAsync(async () => (await one.ReadLastAsync(Token))?.Sequence >= after);
        var left = (await one.ReadAsync(0, 100, Token)).Where(record => record.Sequence <= before.Keys.Max()).ToList();
        Assert.Contains(left.Count, (int[])[0, before.Count]);
        Assert.All(left, record => Assert.Equal(before[record.Sequence], Assert.Single(record.Bytes.ToArray())));
    }

    [Fact]
    public async Task Log_OpenedWhileTheServerIsDown_WorksWhenItIsUp()
    {
        await Backend.Killed.BeginAsync([]);
        IInvalidationLog log;
        try
        {
            log = Open(await OtherAsync());
            var failures = new[]
            {
                await Record.ExceptionAsync(async () => await log.AppendAsync(new byte[] { 1 }, Token)),
                await Record.ExceptionAsync(async () => await log.ReadLastAsync(Token)),
            };

            // Of several nodes it may be another that is down.
            Assert.DoesNotContain(failures, failure => failure is null && Backend.Killed.Symptom == Symptom.AllFails);
        }
        finally
        {
            await Backend.Killed.MendAsync();
        }

        var number = await AppendWhenItIsUpAsync(log);

        Assert.Equal(number, (await log.ReadLastAsync(Token))!.Value.Sequence);
    }

    [Fact]
    public async Task Listen_TheServerWasRestarted_IsToldAgain()
    {
        var (one, other) = (Open(Storage), Open(await OtherAsync()));
        if (!one.Pushes)
        {
            return;
        }

        var told = 0;
        await using var listening = one.Listen(() => Interlocked.Increment(ref told));
        await Eventually.HoldsAsync(() => Task.FromResult(Volatile.Read(ref told) > 0));

        await Backend.Killed.BeginAsync([]);
        await Backend.Killed.MendAsync();

        // What was appended in between would be unknown to it; so it is told that it is back, without anything new. Of several
        // nodes it may have been another that was down.
        var before = Volatile.Read(ref told);
        await Eventually.HoldsAsync(() =>
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(Volatile.Read(ref told) > before || Backend.Killed.Symptom != Symptom.AllFails);
        });
        await AppendWhenItIsUpAsync(other);
        before = Volatile.Read(ref told);
        await other.AppendAsync(new byte[] { 1 }, Token);
        await Eventually.HoldsAsync(() => Task.FromResult(Volatile.Read(ref told) > before));
    }

    [Fact]
    public async Task Listen_TheServerHangs_EndsAllTheSame()
    {
        var log = Open(Storage);
        await log.AppendAsync(new byte[] { 1 }, Token);
        var told = 0;
        var (one, other) = (log.Listen(() => Interlocked.Increment(ref told)), log.Listen(() => { }));
        await Eventually.HoldsAsync(() => Task.FromResult(!log.Pushes || Volatile.Read(ref told) > 0));

        await Backend.Frozen.BeginAsync([]);
        try
        {
            await one.DisposeAsync().AsTask().WaitAsync(Patience.Limit, Token);
            await Storage.DisposeAsync().AsTask().WaitAsync(Patience.Limit, Token);

            // Whoever listened longer than there was a storage.
            await other.DisposeAsync().AsTask().WaitAsync(Patience.Limit, Token);
        }
        finally
        {
            await Backend.Frozen.MendAsync();
        }
    }

    [Fact]
    public async Task Log_OfAStorageThatIsDisposed_Throws()
    {
        var log = Open(Storage);
        await log.AppendAsync(new byte[] { 1 }, Token);

        await Storage.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await log.AppendAsync(new byte[] { 2 }, Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await log.ReadAsync(0, 1, Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await log.ReadLastAsync(Token));
    }

    private static async Task<long> AppendWhenItIsUpAsync(IInvalidationLog log)
    {
        var number = 0L;
        await Eventually.HoldsAsync(async () => (number = await log.AppendAsync(new byte[] { 99 }, Token)) > 0);
        return number;
    }

    /// <summary>What was said, by the numbers that the log gave.</summary>
    private static async Task<ConcurrentDictionary<long, int>> AppendAllAsync((IInvalidationLog One, IInvalidationLog Other) logs, int writers, int each)
    {
        var said = new ConcurrentDictionary<long, int>();
        await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < each; i++)
            {
                var what = (writer * 1000) + i;
                said[await (writer % 2 == 0 ? logs.One : logs.Other).AppendAsync(BitConverter.GetBytes(what), Token)] = what;
            }
        })));
        return said;
    }

    /// <summary>The numbers in the order in which they were read, and how often the last one that was read was gone.</summary>
    private static async Task<(List<long> Heard, int Gaps)> ReadOnAsync(IInvalidationLog log, CancellationToken appended)
    {
        var heard = new List<long>();
        var last = default(LogRecord?);
        var gaps = 0;
        while (true)
        {
            var isLast = appended.IsCancellationRequested;
            var page = await log.ReadAsync(last?.Sequence ?? 0, 50, CancellationToken.None);
            if (last is { } known && (page.Count == 0 || page[0].Sequence != known.Sequence || !page[0].Bytes.Span.SequenceEqual(known.Bytes.Span)))
            {
                (gaps, last) = (gaps + 1, null);
                continue;
            }

            heard.AddRange(page.Skip(last is null ? 0 : 1).Select(record => record.Sequence));
            last = page is [.., var end] ? end : last;
            if (isLast && page.Count <= 1)
            {
                return (heard, gaps);
            }
        }
    }

    private IInvalidationLog Open(IStorage storage, string name = "log", int kept = Kept) =>
        storage.OpenInvalidationLog(Key(name), kept) ?? throw new InvalidOperationException("The storage has no log.");
}
