namespace Cacheme.Storage.Conformance.Suites;

/// <summary>The end.</summary>
/// <param name="fixture">The storage's backend.</param>
public abstract class DisposalSuite(BackendFixture fixture) : StorageSuite(fixture)
{
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
}
