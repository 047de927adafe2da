using System.Diagnostics.Metrics;
using Cacheme.Storage;
using Cacheme.Telemetry;
using Cacheme.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Cacheme.Tests.Storage;

public sealed class KeyLanesTests : IAsyncDisposable
{
    private const string Refused = "refused";

    private readonly FakeTimeProvider _time = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly FakeStorage _storage;
    private readonly StorageGuard _guard;
    private readonly KeyLanes _lanes;

    public KeyLanesTests()
    {
        _storage = new FakeStorage(_time);
        _storage.Before = (_, _) => _storage.Calls.Last().Keys.Contains(Refused) ? throw new InvalidDataException("refused") : Task.CompletedTask;
        var meter = new CachemeMeter(_services.GetRequiredService<IMeterFactory>());
        _guard = new StorageGuard("remote", _storage, "probe", new StorageOptions(), _time, meter, NullLogger.Instance);
        _lanes = new KeyLanes("remote", _guard, maxPending: 100, new CacheClock(_time), NullLogger.Instance);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _lanes.DisposeAsync();
        await _guard.DisposeAsync();
        await _services.DisposeAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(13)]
    [InlineData(63)]
    public async Task Run_StorageRefusesOneWriteOfMany_TheOthersAreDoneAndItCountsOnce(int refused)
    {
        var error = await WriteAsync([.. Enumerable.Range(0, 64).Select(i => i == refused ? Refused : $"{i}")]);

        Assert.IsType<InvalidDataException>(error);
        Assert.Equal(63, _storage.Keys.Count);
        Assert.False(_guard.IsCutOff);
    }

    [Fact]
    public async Task Run_StorageRefusesAll_TheCircuitOpens()
    {
        _storage.Before = (_, _) => throw new IOException("down");

        await WriteAsync([.. Enumerable.Range(0, 1000).Select(i => $"{i}")]);

        Assert.True(_guard.IsCutOff);
    }

    private Task<Exception?> WriteAsync(string[] keys)
    {
        var writes = new PendingWrites("remote", _lanes, TimeSpan.FromSeconds(1), _time);
        Array.ForEach(keys, key => writes.Add(new LaneOperation(key, new StorageWrite(key, new byte[1], null), overrides: false, lifetime: null)));
        return writes.SendAsync().WaitAsync(Patience.Limit, Ct);
    }
}
