using System.Text;

namespace Cacheme.Storage.Conformance.Suites;

/// <summary>Keys are identity: what differs in one byte is two keys.</summary>
/// <param name="fixture">The storage's backend.</param>
public abstract class KeySuite(BackendFixture fixture) : StorageSuite(fixture)
{
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
}
