using StackExchange.Redis.Availability;

namespace Cacheme.Redis;

/// <summary>Tells the driver to give up a connection on which commands time out one after the other.</summary>
/// <remarks>
/// A node that hangs keeps its connection open, and the driver would wait on it for four timeouts and longer while the
/// node's replica serves its slots already. The driver's own breaker is not used: for it every error is a fault, so that
/// while a cluster is down it closes the connections to nodes that answer at once.
/// </remarks>
internal sealed class SilenceBreaker : CircuitBreaker
{
    /// <summary>How many timeouts without an answer between them are the end.</summary>
    public const int MaxTimeouts = 3;

    public override Accumulator CreateAccumulator() => new TimeoutsInARow();

    private sealed class TimeoutsInARow : Accumulator
    {
        private int _count;

        public override void ObserveResult(in FaultContext result)
        {
            if (IsFailure(result))
            {
                Interlocked.Increment(ref _count);
            }
            else
            {
                Volatile.Write(ref _count, 0);
            }
        }

        protected override bool IsFailure(in FaultContext result) => result.Fault is TimeoutException;

        public override bool IsHealthy() => Volatile.Read(ref _count) < MaxTimeouts;

        public override void Reset() => Volatile.Write(ref _count, 0);
    }
}
