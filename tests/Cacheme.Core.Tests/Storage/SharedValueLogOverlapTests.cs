using Cacheme.Storage;
using Cacheme.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Cacheme.Tests.Storage;

/// <summary>A log in one value, where one process reads and appends at once.</summary>
public sealed class SharedValueLogOverlapTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly FakeStorage _storage;

    public SharedValueLogOverlapTests() => _storage = new FakeStorage(_time);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _storage.DisposeAsync();

    [Fact]
    public async Task Read_WhileTheSameProcessAppends_AppendsNothingTwice()
    {
        var log = new SharedValueLog(_storage, "log", 100, _time);
        await log.AppendAsync(new byte[] { 1 }, Ct);
        var answer = new Gate();
        _storage.AfterGet = () => answer.PassAsync(CancellationToken.None);
        var reading = log.ReadAsync(0, 100, Ct).AsTask();
        await answer.Reached;
        _storage.AfterGet = null;
        await log.AppendAsync(new byte[] { 2 }, Ct);

        answer.Open();
        await reading;

        Assert.Equal(2, (await log.ReadAsync(0, 100, Ct)).Count);
    }
}
