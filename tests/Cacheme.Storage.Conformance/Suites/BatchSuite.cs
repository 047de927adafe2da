using System.Text;

namespace Cacheme.Storage.Conformance.Suites;

/// <summary>Many keys in one call.</summary>
/// <param name="fixture">The storage's backend.</param>
public abstract class BatchSuite(BackendFixture fixture) : StorageSuite(fixture)
{
    [Fact]
    public async Task Set_OneKeyTwiceInABatch_LaterWins()
    {
        await Storage.SetAsync([Write("a", [1]), Write("b", [2]), Write("a", [3])], Token);

        Assert.Equal([3], Bytes(await GetAsync("a")));
    }

    [Fact]
    public async Task Set_ThousandWritesWithDuplicates_TheLastOfEachKeyWins()
    {
        await Storage.SetAsync([.. Enumerable.Range(0, 1_000).Select(i => Write($"{i % 600}", Encoding.UTF8.GetBytes($"v{i}")))], Token);

        var values = await Storage.GetAsync([.. Enumerable.Range(0, 600).Select(i => Key($"{i}"))], Token);

        Assert.Equal(
            Enumerable.Range(0, 600).Select(i => i < 400 ? $"v{i + 600}" : $"v{i}"),
            values.Select(value => Encoding.UTF8.GetString(Bytes(value))));
    }

    [Fact]
    public async Task Set_LargeAndSmallValuesTogether_ComeBackWhole()
    {
        int[] sizes = [0, 2_000_000, 1, 3_000_000, 0, 1_500_000, 70_000, 5_000_000];
        byte[][] sent = [.. sizes.Select((size, i) => Enumerable.Repeat((byte)i, size).ToArray())];

        await Storage.SetAsync([.. sent.Select((value, i) => Write($"{i}", value))], Token);

        var values = await Storage.GetAsync([.. sizes.Select((_, i) => Key($"{i}"))], Token);
        Assert.All(values, (value, i) => Assert.True(Bytes(value).AsSpan().SequenceEqual(sent[i])));
    }

    [Fact]
    public async Task Set_ManyLives_EachKeepsItsOwn()
    {
        await Storage.SetAsync([Write("short", [1], TimeSpan.FromMilliseconds(40)), Write("long", [2], TimeSpan.FromHours(3)), Write("for ever", [3])], Token);

        await ElapseAsync(TimeSpan.FromHours(1));

        var values = await Storage.GetAsync([Key("short"), Key("long"), Key("for ever")], Token);
        Assert.Equal([false, true, true], values.Select(value => value.Exists));
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
}
