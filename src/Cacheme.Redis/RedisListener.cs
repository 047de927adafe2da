using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Cacheme.Redis;

/// <summary>Listens on the channel of a log, and sees each second, and when the driver tells of a change, that it still does.</summary>
internal sealed class RedisListener : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // Each attempt is a line in the server's own log of refusals.
    private static readonly TimeSpan PauseWhileRefused = TimeSpan.FromMinutes(1);

    private readonly Func<CancellationToken, ValueTask<IDatabase>> _open;
    private readonly string _name;
    private readonly Action _appended;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Channel<bool> _looks = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ITimer _timer;
    private readonly Task _listening;
    private IConnectionMultiplexer? _multiplexer;
    private RedisSubscription? _subscription;
    private bool _isRefused;

    /// <param name="open">Gives the database.</param>
    /// <param name="name">The key of the log's stream.</param>
    /// <param name="appended">Is called for each message, and when messages may have been missed.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Is told when the server refuses the channel.</param>
    public RedisListener(Func<CancellationToken, ValueTask<IDatabase>> open, string name, Action appended, TimeProvider time, ILogger logger)
    {
        _open = open;
        _name = name;
        _appended = appended;
        _logger = logger;
        _timer = time.CreateTimer(_ => Look(), null, Pause, Pause);
        _listening = Task.Run(ListenAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
        await _listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _subscription?.Leave();
        if (_multiplexer is { } multiplexer)
        {
            multiplexer.ConnectionRestored -= OnChanged;
            multiplexer.ConfigurationChanged -= OnChanged;
            multiplexer.HashSlotMoved -= OnChanged;
        }

        _stopping.Dispose();
    }

    private async Task ListenAsync()
    {
        do
        {
            try
            {
                await SubscribeAsync(await OpenAsync().ConfigureAwait(false)).ConfigureAwait(false);
            }
            catch (Exception failure) when (!_stopping.IsCancellationRequested)
            {
                // What is wrong with the storage its reader says; here it only takes longer until it is read.
                GiveWay(failure);
            }
        }
        while (await _looks.Reader.ReadAsync(_stopping.Token).ConfigureAwait(false));
    }

    private async ValueTask<RedisSubscription> OpenAsync()
    {
        if (_subscription is not { } subscription)
        {
            var multiplexer = (await _open(_stopping.Token).ConfigureAwait(false)).Multiplexer;
            _subscription = subscription = new RedisSubscription(multiplexer, _name, (_, _) => _appended());
            multiplexer.ConnectionRestored += OnChanged;
            multiplexer.ConfigurationChanged += OnChanged;
            multiplexer.HashSlotMoved += OnChanged;
            _multiplexer = multiplexer;
        }

        return subscription;
    }

    private async Task SubscribeAsync(RedisSubscription subscription)
    {
        if (await subscription.EnsureAsync(_stopping.Token).ConfigureAwait(false))
        {
            _appended();
        }

        if (_isRefused)
        {
            _isRefused = false;
            _timer.Change(Pause, Pause);
        }
    }

    private void GiveWay(Exception failure)
    {
        if (!_isRefused && IsRefusal(failure))
        {
            _isRefused = true;
            _timer.Change(PauseWhileRefused, PauseWhileRefused);
            try
            {
                Log.ChannelRefused(_logger, _name, failure);
            }
            catch (Exception)
            {
                // A fault of the application's log must not end the listening.
            }
        }
    }

    // By the server, or by the driver: the connection is configured without the command, or goes through a proxy that knows no channels.
    private static bool IsRefusal(Exception failure) => failure
        is RedisServerException { Kind: RedisErrorKind.NoPermission or RedisErrorKind.UnknownCommand }
        or RedisCommandException
        or NotSupportedException;

    private void OnChanged<T>(object? sender, T change)
    {
        _appended();
        Look();
    }

    private void Look() => _looks.Writer.TryWrite(true);
}
