using Cacheme.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Cacheme.Tests.Storage;

public sealed class StorageCircuitTests : IAsyncDisposable
{
    private static readonly TimeSpan Break = TimeSpan.FromSeconds(2);

    private readonly FakeTimeProvider _time = new();
    private readonly List<TaskCompletionSource<bool>> _probes = [];
    private readonly StorageCircuit _circuit;
    private CancellationToken _probesToken;
    private int _openings;

    public StorageCircuitTests() => _circuit = new StorageCircuit("remote", new StorageOptions(), ProbeAsync, () => _openings++, _time, NullLogger.Instance);

    public ValueTask DisposeAsync() => _circuit.DisposeAsync();

    [Fact]
    public async Task Tell_TooManyFailures_Opens()
    {
        await TellFailuresAsync(4);
        Assert.False(_circuit.IsOpen);

        await TellFailuresAsync(1);

        Assert.True(_circuit.IsOpen);
        await TellFailuresAsync(10);
        Assert.Equal(1, _openings);
    }

    [Fact]
    public async Task Tell_FailuresAmongSuccesses_StaysClosed()
    {
        for (var i = 0; i < 20; i++)
        {
            await _circuit.TellAsync(null);
        }

        for (var i = 0; i < 19; i++)
        {
            await TellFailuresAsync(1);
            await _circuit.TellAsync(null);
        }

        Assert.False(_circuit.IsOpen);
    }

    [Fact]
    public async Task Tell_HalfOfAllFail_Opens()
    {
        for (var i = 0; i < 4; i++)
        {
            await _circuit.TellAsync(null);
            await TellFailuresAsync(1);
        }

        Assert.True(_circuit.IsOpen);
    }

    [Fact]
    public async Task Tell_FailuresInARowAfterABusyTime_Opens()
    {
        for (var i = 0; i < 10_000; i++)
        {
            await _circuit.TellAsync(null);
        }

        await TellFailuresAsync(4);
        Assert.False(_circuit.IsOpen);
        await TellFailuresAsync(1);

        Assert.True(_circuit.IsOpen);
        _time.Advance(Break);
        Assert.Single(_probes);
    }

    [Fact]
    public async Task Tell_OneOperationOfManyCallersFails_StaysClosedUntilAnotherDoes()
    {
        await _circuit.TellAsync(new IOException("down"), weight: 100);
        Assert.False(_circuit.IsOpen);

        await TellFailuresAsync(1);

        Assert.True(_circuit.IsOpen);
    }

    [Fact]
    public async Task Tell_FewOfManyLargeOperationsFail_StaysClosed()
    {
        for (var i = 0; i < 20; i++)
        {
            await _circuit.TellAsync(null, weight: 100);
            await _circuit.TellAsync(null, weight: 100);
            await _circuit.TellAsync(new IOException("one broken connection"), weight: 100);
        }

        Assert.False(_circuit.IsOpen);
    }

    [Fact]
    public async Task Tell_HalfOfTheLargeOperationsFail_Opens()
    {
        await _circuit.TellAsync(null, weight: 100);
        await _circuit.TellAsync(new IOException("down"), weight: 100);

        Assert.True(_circuit.IsOpen);
    }

    [Fact]
    public async Task Probe_BeginsWhenTheBreakIsOver()
    {
        await TellFailuresAsync(5);

        _time.Advance(Break - TimeSpan.FromMilliseconds(1));
        Assert.Empty(_probes);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Single(_probes);
    }

    [Fact]
    public async Task Probe_Succeeds_Closes()
    {
        await TellFailuresAsync(5);
        _time.Advance(Break);
        Assert.True(_circuit.IsOpen);

        _probes[0].SetResult(true);

        Assert.False(_circuit.IsOpen);
        _time.Advance(Break * 10);
        Assert.Single(_probes);
    }

    [Fact]
    public async Task Probe_Succeeded_FailuresAreCountedAnew()
    {
        await TellFailuresAsync(5);
        _time.Advance(Break);
        _probes[0].SetResult(true);

        await TellFailuresAsync(4);
        Assert.False(_circuit.IsOpen);
        await TellFailuresAsync(1);
        Assert.True(_circuit.IsOpen);

        _time.Advance(Break);
        Assert.Equal(2, _probes.Count);
    }

    [Fact]
    public async Task Probe_Fails_TheNextOneBeginsAfterAnotherBreak()
    {
        await TellFailuresAsync(5);
        _time.Advance(Break);
        _time.Advance(Break * 10);
        Assert.Single(_probes);

        _probes[0].SetResult(false);
        Assert.True(_circuit.IsOpen);
        _time.Advance(Break - TimeSpan.FromMilliseconds(1));
        Assert.Single(_probes);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(2, _probes.Count);
    }

    [Fact]
    public async Task Probe_TheWallClockWasSetBack_ClosesAllTheSame()
    {
        await TellFailuresAsync(5);
        _time.Advance(Break);
        _time.AdjustTime(_time.GetUtcNow().AddDays(-1));

        _probes[0].SetResult(true);

        Assert.False(_circuit.IsOpen);
    }

    [Fact]
    public async Task Dispose_EndsTheProbeAndBeginsNoOther()
    {
        await TellFailuresAsync(5);
        _time.Advance(Break);

        await _circuit.DisposeAsync();

        Assert.True(_probesToken.IsCancellationRequested);
        _time.Advance(Break * 10);
        Assert.Single(_probes);
    }

    private async Task TellFailuresAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await _circuit.TellAsync(new IOException("down"));
        }
    }

    private async ValueTask<bool> ProbeAsync(CancellationToken cancellationToken)
    {
        _probesToken = cancellationToken;
        var probe = new TaskCompletionSource<bool>();
        await using var leave = cancellationToken.Register(() => probe.TrySetCanceled(cancellationToken));
        _probes.Add(probe);
        return await probe.Task;
    }
}
