using StackExchange.Redis;
using StackExchange.Redis.Availability;

namespace Cacheme.Redis.Tests;

public sealed class SilenceBreakerTests
{
    private static readonly FaultContext Timeout = new(new RedisTimeoutException(CommandFlags.None, "", CommandStatus.Sent));
    private static FaultContext Answer => default;

    private readonly CircuitBreaker.Accumulator _connection = new SilenceBreaker().CreateAccumulator();

    [Fact]
    public void IsHealthy_TimeoutsOnly_EndsWithTheLastThatIsBorne()
    {
        Observe(Enumerable.Repeat(Timeout, SilenceBreaker.MaxTimeouts - 1));
        Assert.True(_connection.IsHealthy());

        Observe([Timeout]);
        Assert.False(_connection.IsHealthy());
    }

    [Fact]
    public void IsHealthy_AnAnswerBetweenTimeouts_Stays()
    {
        for (var i = 0; i < 10; i++)
        {
            Observe([Timeout, Timeout, Answer]);
        }

        Assert.True(_connection.IsHealthy());
    }

    [Fact]
    public void IsHealthy_Refusals_AreAnswers()
    {
        Observe(Enumerable.Repeat(new FaultContext(new RedisServerException(RedisErrorKind.ClusterDown, CommandFlags.None, "CLUSTERDOWN")), 100));

        Assert.True(_connection.IsHealthy());
    }

    [Fact]
    public void IsHealthy_AfterReset_Is()
    {
        Observe(Enumerable.Repeat(Timeout, 10));

        _connection.Reset();

        Assert.True(_connection.IsHealthy());
    }

    private void Observe(IEnumerable<FaultContext> results)
    {
        foreach (var result in results)
        {
            _connection.ObserveResult(result);
        }
    }
}
