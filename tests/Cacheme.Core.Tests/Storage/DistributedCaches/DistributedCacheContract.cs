using Cacheme.Storage;
using Cacheme.Testing;
using Microsoft.Extensions.Caching.Distributed;

namespace Cacheme.Tests.Storage.DistributedCaches;

/// <summary>What does not depend on the make of the cache. The whole of it is tried on a real one, in the conformance suite.</summary>
public abstract class DistributedCacheContract : StorageHarness
{
    public static TheoryData<string, string> AlmostEqual => new()
    {
        { "key", "KEY" },
        { "\u00e9", "e" },
        { "\u00e9", "\u00e8" },
        { "a", "a " },
        { "a", "a\0" },
        { "a\0b", "a\0c" },
        { "a_", "ab" },
        { "A_", "AB" },
    };

    [Fact]
    public async Task Get_KeyNeverWritten_IsAbsent() => Assert.False((await GetAsync("a")).Exists);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(250)]
    [InlineData(1_000_003)]
    public async Task Set_Size_ComesBackWholeUntilItIsRemoved(int size)
    {
        var value = new byte[size];
        new Random(size).NextBytes(value);

        await SetAsync("a", value);
        Assert.Equal(value, Bytes(await GetAsync("a")));

        await Storage.RemoveAsync([Key("a"), Key("never")], Token);
        Assert.False((await GetAsync("a")).Exists);
    }

    [Theory]
    [MemberData(nameof(AlmostEqual))]
    public async Task Keys_AlmostEqual_AreTwo(string first, string second)
    {
        await SetAsync(first, [1]);
        Assert.False((await GetAsync(second)).Exists);

        await SetAsync(second, [2]);
        await Storage.RemoveAsync([Key(second)], Token);

        Assert.True((await GetAsync(first)).Exists);
    }

    [Fact]
    public async Task Keys_Long_DifferInTheirLastByte()
    {
        var start = new string('a', 500);
        await SetAsync(start + "1", [1]);
        await SetAsync(start + "2", [2]);

        Assert.Equal([1], Bytes(await GetAsync(start + "1")));
    }

    [Fact]
    public async Task TimeToLive_Over_IsAbsentToTheMillisecond()
    {
        await SetAsync("a", [1], TimeSpan.FromMilliseconds(30_250));
        await SetAsync("for ever", [2]);

        await ElapseAsync(TimeSpan.FromMilliseconds(30_249));
        Assert.True((await GetAsync("a")).Exists);

        await ElapseAsync(TimeSpan.FromMilliseconds(1));
        var values = await Storage.GetAsync([Key("a"), Key("for ever")], Token);
        Assert.Equal([false, true], values.Select(value => value.Exists));
    }

    [Fact]
    public async Task Batch_WithDuplicates_TheLastWinsAndTheOrderIsTheAsked()
    {
        await Storage.SetAsync([.. Enumerable.Range(0, 200).Select(i => Write($"{i % 150}", [(byte)i]))], Token);

        int[] asked = [7, 149, 7, 151, 0];
        var values = await Storage.GetAsync([.. asked.Select(i => Key($"{i}"))], Token);

        Assert.Equal([157, 149, 157, -1, 150], values.Select(value => value.Exists ? value.Bytes.Span[0] : -1));
    }

    [Fact]
    public async Task Operations_CancelledBeforeTheyStart_DoNothing()
    {
        await SetAsync("a", [1]);
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Storage.GetAsync([Key("a")], cancelled).AsTask());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Storage.SetAsync([Write("a", [2])], cancelled).AsTask());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Storage.RemoveAsync([Key("a")], cancelled).AsTask());

        Assert.Equal([1], Bytes(await GetAsync("a")));
    }

    [Fact]
    public async Task Operations_AfterDispose_Throw()
    {
        await Storage.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => GetAsync("a").AsTask());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => SetAsync("a", [1]).AsTask());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Storage.RemoveAsync([Key("a")], Token).AsTask());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Storage.ConnectAsync(Token).AsTask());
    }

    protected abstract IDistributedCache CreateCache();

    protected override ValueTask<IStorage> CreateAsync(TimeProvider time)
    {
        var cache = CreateCache();
        return new(new DistributedCacheStorage(() => cache, time, concurrency: 4));
    }
}
