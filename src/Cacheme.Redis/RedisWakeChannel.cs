using StackExchange.Redis;

namespace Cacheme.Redis;

/// <summary>The channel on which the readers of a log are woken: of the same name as its stream.</summary>
internal static class RedisWakeChannel
{
    private const int NoSlot = -1;

    /// <summary>On a cluster a message to the nodes of one slot, the stream's own; to all of them it would cost more the more there are.</summary>
    /// <param name="multiplexer">Knows whether there are slots, once it has reached a node.</param>
    /// <param name="name">The stream's key.</param>
    public static RedisChannel Of(IConnectionMultiplexer multiplexer, string name) =>
        multiplexer.HashSlot(name) == NoSlot ? RedisChannel.Literal(name) : RedisChannel.Sharded(name);
}
