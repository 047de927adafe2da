namespace Cacheme.Storage.Conformance.Suites;

/// <summary>Get, set, overwrite and remove.</summary>
/// <param name="fixture">The storage's backend.</param>
public abstract class ReadWriteSuite(BackendFixture fixture) : StorageSuite(fixture)
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

    [Fact]
    public async Task Remove_KeyIsThere_IsAbsent()
    {
        await SetAsync("a", [1]);

        await Storage.RemoveAsync([Key("a")], Token);

        Assert.False((await GetAsync("a")).Exists);
    }

    [Fact]
    public async Task Remove_KeyNeverWritten_IsNoError() => await Storage.RemoveAsync([Key("a")], Token);
}
