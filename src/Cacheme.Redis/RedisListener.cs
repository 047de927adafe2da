using StackExchange.Redis;

namespace Cacheme.Redis;

/// <summary>Listens on a channel, and goes on doing so when the connection was lost or the channel's slot has moved.</summary>
/// <remarks>The driver subscribes again by itself to a server that is back. What it does not notice is looked for when it tells of a change.</remarks>
internal sealed class RedisListener : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Func<CancellationToken, ValueTask<IDatabase>> _open;
    private readonly Func<IConnectionMultiplexer, RedisChannel> _channelOf;
    private readonly Action _appended;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _changed = new(0);
    private readonly Task _listening;

    /// <param name="open">Gives the database.</param>
    /// <param name="channelOf">Gives the channel.</param>
    /// <param name="appended">Is called for each message, and when messages may have been missed.</param>
    /// <param name="time">The clock.</param>
    public RedisListener(
        Func<CancellationToken, ValueTask<IDatabase>> open, Func<IConnectionMultiplexer, RedisChannel> channelOf, Action appended, TimeProvider time)
    {
        _open = open;
        _channelOf = channelOf;
        _appended = appended;
        _time = time;
        _listening = Task.Run(ListenAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
        _changed.Dispose();
    }

    private async Task ListenAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var redis = await _open(_stopping.Token).ConfigureAwait(false);
                await ListenAsync(redis.Multiplexer).ConfigureAwait(false);
            }
            catch (Exception) when (!_stopping.IsCancellationRequested)
            {
                // Without a channel the log is read all the same, only later; what is wrong its reader tells.
                await Task.Delay(Pause, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ListenAsync(IConnectionMultiplexer multiplexer)
    {
        var subscriber = multiplexer.GetSubscriber();
        var channel = _channelOf(multiplexer);
        multiplexer.ConnectionRestored += Changed;
        multiplexer.ConfigurationChanged += Changed;
        multiplexer.HashSlotMoved += Changed;
        try
        {
            while (!_stopping.IsCancellationRequested)
            {
                await subscriber.SubscribeAsync(channel, Received).WaitAsync(_stopping.Token).ConfigureAwait(false);
                _appended();
                await StayAsync(subscriber, channel).ConfigureAwait(false);
                await subscriber.UnsubscribeAsync(channel, Received).WaitAsync(_stopping.Token).ConfigureAwait(false);
            }
        }
        finally
        {
            multiplexer.ConnectionRestored -= Changed;
            multiplexer.ConfigurationChanged -= Changed;
            multiplexer.HashSlotMoved -= Changed;
            if (_stopping.IsCancellationRequested)
            {
                // Not waited for: the server may be gone.
                _ = subscriber.UnsubscribeAsync(channel, Received, CommandFlags.FireAndForget);
            }
        }
    }

    // Until the channel is another server's.
    private async Task StayAsync(ISubscriber subscriber, RedisChannel channel)
    {
        do
        {
            await _changed.WaitAsync(_stopping.Token).ConfigureAwait(false);
            _appended();
        }
        while (Equals(subscriber.SubscribedEndpoint(channel), await subscriber.IdentifyEndpointAsync(channel).WaitAsync(_stopping.Token).ConfigureAwait(false)));
    }

    private void Received(RedisChannel channel, RedisValue message) => _appended();

    private void Changed<T>(object? sender, T change) => _changed.Release();
}
