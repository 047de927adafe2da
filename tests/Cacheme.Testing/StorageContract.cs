using System.Globalization;
using System.Text;
using Cacheme.Storage;
using Xunit;

namespace Cacheme.Testing;

/// <summary>What every storage must do. A storage's tests inherit it and say how one is made.</summary>
public abstract class StorageContract : StorageHarness
{
    [Fact]
    public async Task Get_KeyNeverWritten_IsAbsent() => Assert.False((await GetAsync("a")).Exists);

    [Fact]
    public async Task Get_WrittenWithoutConnect_ReturnsTheBytes()
    {
        await SetAsync("a", [1, 2, 3]);

        Assert.Equal([1, 2, 3], Bytes(await GetAsync("a")));
    }

    [Fact]
    public async Task Connect_Twice_KeepsWhatIsThere()
    {
        await Storage.ConnectAsync(Token);
        await SetAsync("a", [1]);

        await Storage.ConnectAsync(Token);

        Assert.Equal([1], Bytes(await GetAsync("a")));
    }

    [Fact]
    public async Task Set_KeyIsThere_ReplacesTheValue()
    {
        await SetAsync("a", [1, 2, 3]);

        await SetAsync("a", [4]);

        Assert.Equal([4], Bytes(await GetAsync("a")));
    }

    [Fact]
    public async Task Set_OneKeyTwiceInABatch_LaterWins()
    {
        await Storage.SetAsync([Write("a", [1]), Write("b", [2]), Write("a", [3])], Token);

        Assert.Equal([3], Bytes(await GetAsync("a")));
    }

    [Fact]
    public async Task Set_PartOfAnArray_WritesThatPart()
    {
        await Storage.SetAsync([new StorageWrite(Key("a"), new byte[] { 0, 1, 2, 3 }.AsMemory(1, 2), null)], Token);

        Assert.Equal([1, 2], Bytes(await GetAsync("a")));
    }

    [Fact]
    public async Task Set_NoBytes_ExistsAndIsEmpty()
    {
        await SetAsync("a", []);

        var (one, many) = (await GetAsync("a"), await Storage.GetAsync([Key("a"), Key("b")], Token));

        Assert.True(one.Exists);
        Assert.True(one.Bytes.IsEmpty);
        Assert.Equal([true, false], many.Select(value => value.Exists));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(1_000_003)]
    [InlineData(16 * 1024 * 1024)]
    public async Task Set_Size_ComesBackWhole(int size)
    {
        var value = new byte[size];
        new Random(size).NextBytes(value);

        await SetAsync("a", value);

        Assert.True(Bytes(await GetAsync("a")).AsSpan().SequenceEqual(value));
    }

    [Fact]
    public async Task Remove_KeyIsThere_IsAbsent()
    {
        await SetAsync("a", [1]);

        await Storage.RemoveAsync([Key("a")], Token);

        Assert.False((await GetAsync("a")).Exists);
    }

    [Fact]
    public async Task Remove_Many_LeavesTheOthers()
    {
        await Storage.SetAsync([Write("a", [1]), Write("b", [2]), Write("c", [3])], Token);

        await Storage.RemoveAsync([Key("a"), Key("never"), Key("c"), Key("a")], Token);

        var values = await Storage.GetAsync([Key("a"), Key("b"), Key("c")], Token);
        Assert.Equal([false, true, false], values.Select(value => value.Exists));
    }

    [Fact]
    public async Task Remove_KeyNeverWritten_IsNoError() => await Storage.RemoveAsync([Key("a")], Token);

    [Fact]
    public async Task Get_ThousandKeysWithDuplicates_AnswersInTheOrderAsked()
    {
        await Storage.SetAsync([.. Enumerable.Range(0, 1_000).Select(i => Write($"{i}", Encoding.UTF8.GetBytes($"v{i}")))], Token);
        int[] asked = [.. Enumerable.Range(0, 1_500).Select(i => i * 7_919 % 1_250)];

        var values = await Storage.GetAsync([.. asked.Select(i => Key($"{i}"))], Token);

        Assert.Equal(asked.Select(i => i < 1_000 ? $"v{i}" : null), values.Select(value => value.Exists ? Encoding.UTF8.GetString(value.Bytes.Span) : null));
    }

    [Fact]
    public async Task Remove_ThousandKeys_RemovesThem()
    {
        string[] keys = [.. Enumerable.Range(0, 1_000).Select(i => Key($"{i}"))];
        await Storage.SetAsync([.. keys.Select(key => new StorageWrite(key, new byte[] { 1 }, null))], Token);

        await Storage.RemoveAsync(keys, Token);

        Assert.DoesNotContain(await Storage.GetAsync(keys, Token), value => value.Exists);
    }

    [Theory]
    [InlineData(30_250)]
    [InlineData(61_500)]
    public async Task TimeToLive_Over_IsAbsentToTheMillisecond(int milliseconds)
    {
        var life = TimeSpan.FromMilliseconds(milliseconds);
        await SetAsync("a", [1], life);
        await SetAsync("for ever", [2]);

        await ElapseAsync(life - TimeSpan.FromMilliseconds(1) - ClockError);
        Assert.True((await GetAsync("a")).Exists);

        await ElapseAsync(TimeSpan.FromMilliseconds(1) + (2 * ClockError));
        Assert.False((await GetAsync("a")).Exists);
        var values = await Storage.GetAsync([Key("a"), Key("for ever")], Token);
        Assert.Equal([false, true], values.Select(value => value.Exists));
    }

    [Fact]
    public async Task TimeToLive_UnderAMillisecond_IsAcceptedAndEnds()
    {
        await SetAsync("a", [1], TimeSpan.FromTicks(1));

        await ElapseAsync(TimeSpan.FromMilliseconds(1) + ClockError);

        Assert.False((await GetAsync("a")).Exists);
    }

    [Fact]
    public async Task TimeToLive_EachWrite_BeginsAnew()
    {
        var life = TimeSpan.FromMilliseconds(300);
        await Storage.SetAsync([Write("longer", [1], life), Write("for ever", [1], life), Write("shorter", [1])], Token);

        await Storage.SetAsync([Write("longer", [2], TimeSpan.FromHours(1)), Write("for ever", [2]), Write("shorter", [2], life)], Token);

        await ElapseAsync(life + ClockError);
        var values = await Storage.GetAsync([Key("longer"), Key("for ever"), Key("shorter")], Token);
        Assert.Equal([true, true, false], values.Select(value => value.Exists));
    }

    [Fact]
    public async Task Set_AfterTheLifeEnded_IsThereAgain()
    {
        await SetAsync("a", [1], TimeSpan.FromMilliseconds(1));
        await ElapseAsync(TimeSpan.FromMilliseconds(1) + ClockError);

        await SetAsync("a", [2]);

        Assert.Equal([2], Bytes(await GetAsync("a")));
    }

    public static TheoryData<string, string> AlmostEqual => new()
    {
        { "key", "KEY" },
        { "\u00e9", "e" },
        { "\u00e9", "e\u0301" },
        { "stra\u00dfe", "strasse" },
        { "I", "\u0131" },
        { "a", "a " },
        { "a", "a\0" },
        { "a\0b", "a\0c" },
        { "a%", "ab" },
        { "a_", "ab" },
        { "a*", "ab" },
        { "1", "01" },
        { "\ufffd", "\ufffc" },
    };

    [Theory]
    [MemberData(nameof(AlmostEqual))]
    public async Task Keys_AlmostEqual_AreTwo(string first, string second)
    {
        await SetAsync(first, [1]);
        Assert.False((await GetAsync(second)).Exists);

        await SetAsync(second, [2]);
        await Storage.RemoveAsync([Key(second), Key("other")], Token);

        var values = await Storage.GetAsync([Key(first), Key(second)], Token);
        Assert.Equal([true, false], values.Select(value => value.Exists));
    }

    [Theory]
    [InlineData("{tag}:{}")]
    [InlineData("%_*?[a-z]")]
    [InlineData("it's \"quoted\" `too`; DROP TABLE cacheme; --")]
    [InlineData("C:\\path\\:name/../$key@p0")]
    [InlineData("line\r\nfeed\ttab")]
    [InlineData("nul\0inside\0")]
    [InlineData("emoji \U0001F9C0 \u4f60\u597d \u202eright to left")]
    public async Task Keys_AwkwardCharacters_AreKeptAsTheyAre(string key)
    {
        await SetAsync(key, [1]);

        var values = await Storage.GetAsync([Key("other"), Key(key)], Token);

        Assert.True((await GetAsync(key)).Exists);
        Assert.Equal([false, true], values.Select(value => value.Exists));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("\u00e9")]
    [InlineData("\U0001F9C0")]
    public async Task Keys_Of512Bytes_DifferInTheirLastByte(string character)
    {
        var room = 511 - Encoding.UTF8.GetByteCount(Key(""));
        var size = Encoding.UTF8.GetByteCount(character);
        var start = string.Concat(Enumerable.Repeat(character, room / size)) + new string('-', room % size);

        await SetAsync(start + "1", [1]);
        await SetAsync(start + "2", [2]);

        Assert.Equal(512, Encoding.UTF8.GetByteCount(Key(start + "1")));
        Assert.Equal([1], Bytes(await GetAsync(start + "1")));
        Assert.Equal([2], Bytes(await GetAsync(start + "2")));
    }

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
    public async Task Operations_ManyAtOnce_NeverReadATornOrForeignValue()
    {
        string[] keys = ["a", "b", "c", "d"];
        await Storage.SetAsync([.. keys.Select(key => Write(key, Versioned(key, 0)))], Token);

        var writers = keys.Select(key => Task.Run(async () =>
        {
            for (var version = 1; version <= 100; version++)
            {
                await SetAsync(key, Versioned(key, version));
            }
        }));
        var readers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            var seen = new int[keys.Length];
            for (var round = 0; round < 100; round++)
            {
                var values = await Storage.GetAsync([.. keys.Select(Key)], Token);
                seen = [.. keys.Select((key, i) => Version(key, values[i], seen[i]))];
            }
        }));
        await Task.WhenAll([.. writers, .. readers]);

        Assert.Equal(Versioned("a", 100), Bytes(await GetAsync("a")));
    }

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

    private static byte[] Versioned(string key, int version) =>
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat($"{key}:{version} ", 1 + (version * 37 % 2_000))));

    private static int Version(string key, StoredValue value, int atLeast)
    {
        var text = Encoding.UTF8.GetString(Bytes(value));
        var version = int.Parse(text.AsSpan(2, text.IndexOf(' ', StringComparison.Ordinal) - 2), CultureInfo.InvariantCulture);
        Assert.Equal(Encoding.UTF8.GetString(Versioned(key, version)), text);
        Assert.True(version >= atLeast, "A value went back to an older version.");
        return version;
    }
}
