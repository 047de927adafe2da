namespace Cacheme.Storage.Conformance.Suites;

/// <summary>Values from no byte to 16 MiB.</summary>
/// <param name="fixture">The storage's backend.</param>
public abstract class ValueSizeSuite(BackendFixture fixture) : StorageSuite(fixture)
{
    [Theory]
    [InlineData(0)]
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
}
