using StackExchange.Redis;

namespace Cacheme.Redis;

/// <summary>One handler on the channel of a log, wherever that is at the time. Used by one caller at a time.</summary>
/// <remarks>
/// The driver subscribes again by itself when a lost server is back, when a slot has moved and when a master has fallen. It does
/// not where its first attempt failed or its next one was refused, and of which kind the channel is it knows only when it has
/// reached a node.
/// </remarks>
/// <param name="multiplexer">The connection.</param>
/// <param name="name">The key of the log's stream.</param>
/// <param name="handler">Is called for each message.</param>
internal sealed class RedisSubscription(IConnectionMultiplexer multiplexer, string name, Action<RedisChannel, RedisValue> handler)
{
    private readonly ISubscriber _subscriber = multiplexer.GetSubscriber();
    private RedisChannel? _channel;

    private bool Holds =>
        _channel is { } channel
        && channel == RedisWakeChannel.Of(multiplexer, name)
        && _subscriber.SubscribedEndpoint(channel) is not null
        && _subscriber.IsConnected(channel);

    /// <summary>Subscribes if that is not done yet, or in vain by now. Says whether it had to.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<bool> EnsureAsync(CancellationToken cancellationToken)
    {
        if (Holds)
        {
            return false;
        }

        // The driver keeps the handler also where it could not subscribe: it would be called once for each attempt.
        Leave();
        var channel = RedisWakeChannel.Of(multiplexer, name);
        _channel = channel;
        await _subscriber.SubscribeAsync(channel, handler).WaitAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Ends it. Nobody waits for the server, which may be gone, nor for the connection, which may be closed.</summary>
    public void Leave()
    {
        if (_channel is { } channel)
        {
            _channel = null;
            try
            {
                _subscriber.UnsubscribeAsync(channel, handler, CommandFlags.FireAndForget);
            }
            catch (ObjectDisposedException)
            {
                // A connection that is closed has unsubscribed, whether or not the driver has noticed which server had it.
            }
        }
    }
}
