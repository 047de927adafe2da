using Cacheme.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Cacheme.Tests.Storage;

public sealed class LaneTests
{
    private readonly CacheClock _clock = new(new FakeTimeProvider());
    private readonly Lane _lane = new();

    [Fact]
    public void Enqueue_OneWaits_ItIsOvertakenAndLetsItsValueGo()
    {
        var (running, waiting, latest) = (Write(1), Write(2), Write(3));

        Assert.True(_lane.Enqueue(running, _clock));
        Assert.False(_lane.Enqueue(waiting, _clock));
        Assert.False(_lane.Enqueue(latest, _clock));

        Assert.Same(latest, _lane.EndRunning(succeeded: true));
        Assert.NotNull(running.Write);
        Assert.Null(waiting.Write);
        Assert.NotNull(latest.Write);
    }

    [Fact]
    public async Task Complete_OthersWereOvertaken_AllAreDoneWithItsError()
    {
        LaneOperation[] operations = [Write(1), Write(2), Write(3), Write(4)];
        Array.ForEach(operations, operation => _lane.Enqueue(operation, _clock));
        var error = new IOException();

        operations[0].Complete(null);
        Assert.False(operations[1].Done.IsCompleted);
        operations[3].Complete(error);

        Assert.Null(await operations[0].Done);
        Assert.All(operations[1..], operation => Assert.True(operation.Done.IsCompleted));
        Assert.Same(error, await operations[1].Done);
    }

    private static LaneOperation Write(byte value) => new("key", new StorageWrite("key", new byte[] { value }, null), overrides: true, lifetime: null);
}
