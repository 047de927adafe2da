using System.Collections.Concurrent;
using System.Threading.Channels;
using Cacheme.Storage;
using Cacheme.Telemetry;
using Microsoft.Extensions.Logging;

namespace Cacheme.Invalidation;

/// <summary>Tells the other processes that share a storage what this one has invalidated, and hears it from them.</summary>
/// <remarks>
/// It reads the storage's log from its first node on until it is disposed: when the log wakes it, and at every interval. What
/// could not be told is tried again, at every interval too, until it is. Thread-safe.
/// </remarks>
internal sealed class InvalidationBus : IAsyncDisposable
{
    /// <summary>Between the removal of a key and its record; where it was longer, both are done again.</summary>
    public static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(2);

    private readonly RemoteStorage _storage;
    private readonly IInvalidationLog _log;
    private readonly CacheClock _clock;
    private readonly ILogger _logger;
    private readonly TimeSpan _interval;
    private readonly LookPace _pace;
    private readonly long _origin = Random.Shared.NextInt64(1, long.MaxValue);
    private readonly ConcurrentDictionary<string, IInvalidationTarget> _targets = new(StringComparer.Ordinal);
    private readonly InvalidationReader _reader;
    private readonly InvalidationSender _sender;
    private readonly LoggedTags _tags;
    private readonly InvalidationIntake _intake;
    private readonly InvalidationStart _start;
    private readonly InvalidationRetries _retries;
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _starting = new();
    private IAsyncDisposable? _listening;
    private ITimer? _timer;
    private TaskCompletionSource _look = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _reading = Task.CompletedTask;
    private long _position;
    private LostNumbers _lost;

    /// <param name="storage">The storage.</param>
    /// <param name="log">Its log.</param>
    /// <param name="removedTags">The tags that were removed, of the whole host.</param>
    /// <param name="interval">The longest time between two looks.</param>
    /// <param name="clock">The time.</param>
    /// <param name="meter">Where lags are measured.</param>
    /// <param name="logger">Where losses are told.</param>
    public InvalidationBus(
        RemoteStorage storage, IInvalidationLog log, RemovedTags removedTags, TimeSpan interval, CacheClock clock, CachemeMeter meter, ILogger logger)
    {
        _storage = storage;
        _log = log;
        _interval = interval;
        _pace = new LookPace(interval, clock.Time);
        _clock = clock;
        _logger = logger;
        _reader = new InvalidationReader(storage, log);
        _sender = new InvalidationSender(storage, log, _origin, clock);
        _tags = new LoggedTags(removedTags, clock, meter);
        _intake = new InvalidationIntake(storage.Name, _origin, _targets, _tags, clock, meter, logger);
        _start = new InvalidationStart(_reader, _intake, _tags);
        _retries = new InvalidationRetries(storage, _sender, _tags, _targets, interval, clock);
    }

    /// <summary>The storage's name.</summary>
    public string Storage => _storage.Name;

    /// <summary>Whether records are told when they come.</summary>
    public bool Pushes => _log.Pushes;

    /// <summary>The number of the last record that this process has taken in; 0 before it has read the log.</summary>
    public long Position => Volatile.Read(ref _position);

    /// <summary>The highest number that is surely in the log: of what was taken in, or appended here.</summary>
    public long Known => Math.Max(Position, _sender.Appended);

    /// <summary>This process, as its entries name it.</summary>
    public int Writer => unchecked((int)_origin);

    /// <summary>Whether it serves a node.</summary>
    public bool HasNodes => !_targets.IsEmpty;

    /// <summary>Whether nothing waits to be told or done.</summary>
    internal bool IsAtRest => _sender.IsAtRest && _retries.IsAtRest && _targets.Values.All(static target => target.IsAtRest);

    /// <summary>Adds a node; the first one begins the reading.</summary>
    public void Add(IInvalidationTarget target)
    {
        _targets[target.Node] = target;
        _start.Add(target);
        lock (_starting)
        {
            if (_timer is null)
            {
                _listening = _log.Listen(Wake);
                _timer = _clock.Time.CreateTimer(_ => Wake(), null, _interval, _interval);
                _reading = Task.Run(ReadAsync);
            }
        }

        Wake();
    }

    /// <summary>Waits until the log was looked at for all nodes, with success or not.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // The look that is under way may have begun before the last node came.
        for (var looks = 0; looks < 2 && _start.Begun < _targets.Count; looks++)
        {
            var look = Volatile.Read(ref _look).Task;
            Wake();
            await look.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Asks the log for its last number: every invalidation has one as high at most that had returned before, wherever that was.</summary>
    /// <returns>The number; what is known without asking where the log does not answer. Never fails.</returns>
    public async ValueTask<long> AskKnownAsync()
    {
        var answer = await _storage.AskAsync(StoreOperation.LogRead, _log, static (log, token) => log.ReadLastAsync(token), CancellationToken.None).ConfigureAwait(false);
        return Math.Max(answer.Error is null && answer.Value is { } last ? last.Sequence : 0, Known);
    }

    /// <summary>Tells the others. Returns the number of a record when those that have the group are in the log, or the error. Never fails.</summary>
    public Task<Guarded<long>> SendAsync(InvalidationGroup group) => _sender.SendAsync(group);

    /// <summary>Tells the others that tags were removed. Returns the number of a record when those that have them are in the log, or the error. Never fails.</summary>
    public Task<Guarded<long>> SendTagsAsync(IReadOnlyCollection<string> tags) =>
        _retries.SendTagsAsync(InvalidationGroup.OfTags(tags), _tags.Failures);

    /// <summary>Whether an entry of a remote tier is older than the removal of one of its tags.</summary>
    /// <param name="tags">The entry's tags.</param>
    /// <param name="known">What its load knew.</param>
    public bool IsStale(IReadOnlyList<string> tags, long known) => _tags.IsStale(tags, known);

    /// <summary>Keeps what was not told, or not removed before it was told: both are done again, later.</summary>
    public void SendLater(InvalidationGroup group) => _sender.Keep(group);

    /// <summary>Whether a number is of a log that has lost its newest records: those that have it now say something else.</summary>
    /// <param name="known">What an entry's load knew.</param>
    public bool IsLost(long known) => _lost.Has(known);

    /// <summary>Looks into the log now.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        _wake.Writer.TryComplete();
        if (_timer is not null)
        {
            await _timer.DisposeAsync().ConfigureAwait(false);
        }

        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_listening is not null)
        {
            await _listening.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task ReadAsync()
    {
        do
        {
            // Timers are dear, and mostly there is nothing to wait for.
            if (_pace.Next() is var pause && pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, _clock.Time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            try
            {
                await LookAsync().ConfigureAwait(false);
                _retries.Send();
            }
            catch (Exception error) when (!_stopping.IsCancellationRequested)
            {
                // The storage's own are caught by its guard. Whatever else it is, the reading goes on.
                Log.InvalidationsFailed(_logger, Storage, error);
            }

            Interlocked.Exchange(ref _look, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        }
        while (await _wake.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false) && _wake.Reader.TryRead(out _) && !_stopping.IsCancellationRequested);
    }

    private async Task LookAsync()
    {
        InvalidationLook look;
        do
        {
            var began = _clock.Now;
            look = await _reader.ReadAsync(_stopping.Token).ConfigureAwait(false);
            if (look.HasBegun)
            {
                BeginLog();
            }

            await _start.BeginAsync(_stopping.Token).ConfigureAwait(false);
            foreach (var record in look.Records)
            {
                _intake.Receive(record);
                Volatile.Write(ref _position, record.Sequence);
            }

            if (look.IsComplete)
            {
                _intake.CaughtUp(began);
            }
        }
        while (look is { IsComplete: false, Records.Count: > 0 });
    }

    // At the start, and where others were missed.
    private void BeginLog()
    {
        // First: what was known is worth nothing now, and what is loaded from here on knows where the log is.
        if (_start.HasBegun)
        {
            _lost.Add(_reader.Position, Known);
        }

        Volatile.Write(ref _position, _reader.Position);
        _sender.ForgetAppended();
        // Before local entries are dropped: what is read in their place is measured by it.
        _tags.Begin();
        if (_start.HasBegun)
        {
            _tags.SetReady(Position);
            _intake.ReceiveAll(Position);
        }
    }
}
