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

    private const int MostTags = 100_000;

    private readonly RemoteStorage _storage;
    private readonly IInvalidationLog _log;
    private readonly CacheClock _clock;
    private readonly CachemeMeter _meter;
    private readonly ILogger _logger;
    private readonly TimeSpan _interval;
    private readonly long _origin = Random.Shared.NextInt64();
    private readonly ConcurrentDictionary<string, IInvalidationTarget> _targets = new(StringComparer.Ordinal);
    private readonly InvalidationReader _reader;
    private readonly InvalidationOutbox _outbox;
    private readonly InvalidationGroups _untold = new();
    private readonly TagTable _tags = new(MostTags);
    private readonly RemovedTags _removedTags;
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _firstLook = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _starting = new();
    private IAsyncDisposable? _listening;
    private ITimer? _timer;
    private Task _reading = Task.CompletedTask;
    private Task _sendingAgain = Task.CompletedTask;
    private long _position;
    private long _number;
    private long _appended;

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
        _removedTags = removedTags;
        _interval = interval;
        _clock = clock;
        _meter = meter;
        _logger = logger;
        _reader = new InvalidationReader(storage, log);
        _outbox = new InvalidationOutbox(AppendAsync);
    }

    /// <summary>The storage's name.</summary>
    public string Storage => _storage.Name;

    /// <summary>Whether records are told when they come.</summary>
    public bool Pushes => _log.Pushes;

    /// <summary>The number of the last record that this process has taken in; 0 before it has read the log.</summary>
    public long Position => Volatile.Read(ref _position);

    /// <summary>The highest number that is surely in the log: of what was taken in, or appended here.</summary>
    public long Known => Math.Max(Volatile.Read(ref _position), Volatile.Read(ref _appended));

    /// <summary>Whether it serves a node.</summary>
    public bool HasNodes => !_targets.IsEmpty;

    /// <summary>Whether nothing waits to be told.</summary>
    internal bool IsAtRest
    {
        get
        {
            lock (_untold)
            {
                return _untold.IsEmpty && _sendingAgain.IsCompleted && _outbox.IsEmpty;
            }
        }
    }

    /// <summary>Adds a node; the first one begins the reading.</summary>
    public void Add(IInvalidationTarget target)
    {
        _targets[target.Node] = target;
        lock (_starting)
        {
            if (_timer is null)
            {
                _listening = _log.Listen(Wake);
                _timer = _clock.Time.CreateTimer(_ => Wake(), null, _interval, _interval);
                _reading = Task.Run(ReadAsync);
            }
        }
    }

    /// <summary>Waits until the log was looked at for the first time, with success or not.</summary>
    public Task StartAsync(CancellationToken cancellationToken) =>
        _targets.IsEmpty ? Task.CompletedTask : _firstLook.Task.WaitAsync(cancellationToken);

    /// <summary>Tells the others of keys. Returns the number of a record when those that have them are in the log, or the error. Never fails.</summary>
    /// <param name="group">The keys.</param>
    public Task<Guarded<long>> SendAsync(InvalidationGroup group) => _outbox.SendAsync(group);

    /// <summary>Tells the others that tags were removed. Returns the number of a record when those that have them are in the log, or the error. Never fails.</summary>
    public async Task<Guarded<long>> SendTagsAsync(IReadOnlyCollection<string> tags)
    {
        var sent = await _outbox.SendAsync(new InvalidationGroup("", tags)).ConfigureAwait(false);
        if (sent.Error is null)
        {
            NoteTags(tags, sent.Value);
            _tags.RemoveUntold(tags);
        }
        else
        {
            _tags.AddUntold(tags);
            SendLater(new InvalidationGroup("", tags));
        }

        return sent;
    }

    /// <summary>Whether an entry of a remote tier is older than the removal of one of its tags.</summary>
    /// <param name="tags">The entry's tags.</param>
    /// <param name="known">What its load knew.</param>
    public bool IsStale(IReadOnlyList<string> tags, long known) => _tags.IsStale(tags, known);

    /// <summary>Notes what was not told, or not removed before it was told: both are done again, later.</summary>
    public void SendLater(InvalidationGroup group)
    {
        lock (_untold)
        {
            _untold.Add(new InvalidationGroup(group.Node, group.Keys));
        }
    }

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
            try
            {
                await LookAsync().ConfigureAwait(false);
                SendUntold();
            }
            catch (Exception error) when (!_stopping.IsCancellationRequested)
            {
                // The storage's own are caught by its guard. Whatever else it is, the reading goes on.
                Log.InvalidationsFailed(_logger, Storage, error);
            }

            _firstLook.TrySetResult();
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
            if (look.HasMissed)
            {
                Begin(look.Records);
            }
            else
            {
                foreach (var record in look.Records)
                {
                    Receive(record, withTags: true);
                    Volatile.Write(ref _position, record.Sequence);
                }
            }

            if (look.IsComplete)
            {
                foreach (var target in _targets.Values)
                {
                    target.CaughtUp(began);
                }

                ForgetTags(began);
            }
        }
        while (look is { IsComplete: false, Records.Count: > 0 });
    }

    // At the start, and where others were missed: these are all the records that there are.
    private void Begin(IReadOnlyList<LogRecord> records)
    {
        var isFirst = Position == 0;
        // First: what is loaded from here on knows it. And a log that has lost records may be behind what was appended here.
        Volatile.Write(ref _position, _reader.Position);
        Interlocked.Exchange(ref _appended, 0);
        // Before local entries are dropped: what is read in their place is measured by it.
        BeginTags(isFirst ? records[0].Sequence : Position, records);
        if (isFirst)
        {
            foreach (var target in _targets.Values)
            {
                target.Forget();
            }
        }
        else
        {
            ReceiveAll();
        }

        // What was invalidated while this process was away: a tier that is this machine's own may have it still.
        foreach (var record in records)
        {
            Receive(record, withTags: false);
        }
    }

    private void BeginTags(long floor, IReadOnlyList<LogRecord> records)
    {
        _tags.Begin(floor);
        foreach (var bytes in records)
        {
            if (!InvalidationRecordFormat.TryRead(bytes.Bytes.Span, out var record))
            {
                _tags.AddAll(bytes.Sequence);
                continue;
            }

            foreach (var group in record.Groups.Where(static group => group.IsOfTags))
            {
                NoteTags(group.Keys, bytes.Sequence);
            }
        }
    }

    private void ReceiveTags(IReadOnlyCollection<string> tags, long number)
    {
        NoteTags(tags, number);
        if (tags.Count == 0)
        {
            _removedTags.AddAll();
        }
        else
        {
            _removedTags.Add(tags);
        }

        _meter.TagsReceived(tags.Count);
    }

    private void NoteTags(IReadOnlyCollection<string> tags, long number)
    {
        if (tags.Count == 0)
        {
            _tags.AddAll(number);
        }

        foreach (var tag in tags)
        {
            _tags.Add(tag, number, _clock.Now);
        }
    }

    private void Receive(LogRecord bytes, bool withTags)
    {
        if (!InvalidationRecordFormat.TryRead(bytes.Bytes.Span, out var record))
        {
            if (withTags)
            {
                // Of a version to come, or damaged: it may say anything.
                ReceiveAll();
                ReceiveTags([], bytes.Sequence);
            }

            return;
        }

        if (record.Origin == _origin)
        {
            return;
        }

        foreach (var group in record.Groups)
        {
            if (group.IsOfTags && withTags)
            {
                ReceiveTags(group.Keys, bytes.Sequence);
            }
            else if (_targets.TryGetValue(group.Node, out var target))
            {
                var cause = group.Cause == 0 ? bytes.Sequence : group.Cause;
                target.Receive(group.Keys, cause, group.Stale == 0 ? cause : group.Stale);
            }
        }

        if (withTags)
        {
            Measure(record);
        }
    }

    private void Measure(InvalidationRecord record)
    {
        try
        {
            _meter.InvalidationReceived(Storage, TimeSpan.FromMilliseconds(Math.Max(0, _clock.UnixNow - record.SentAt)));
        }
        catch (Exception error)
        {
            // A listener's own fault: the records behind this one are to be taken in all the same.
            Log.InvalidationsFailed(_logger, Storage, error);
        }
    }

    private void ReceiveAll()
    {
        foreach (var target in _targets.Values)
        {
            target.Receive([], Position, Position);
        }

        Log.InvalidationsMissed(_logger, Storage);
        _meter.InvalidationsMissed(Storage);
    }

    // No entry with tags lives longer than the longest time to live of those nodes that have any.
    private void ForgetTags(long began)
    {
        var longest = TimeSpan.Zero;
        foreach (var target in _targets.Values.Where(static target => target.HasTags))
        {
            if (target.LongestLife is not { } life)
            {
                return;
            }

            longest = life > longest ? life : longest;
        }

        _tags.Forget(began - (long)(longest + LongestGap).TotalMilliseconds);
    }

    private async Task<Guarded<long>> AppendAsync(IReadOnlyList<InvalidationGroup> groups)
    {
        var last = default(Guarded<long>);
        foreach (var piece in InvalidationRecordFormat.Split(groups))
        {
            var record = InvalidationRecordFormat.Write(new InvalidationRecord(_origin, Interlocked.Increment(ref _number), _clock.UnixNow, piece));
            last = await _storage.AskAsync(
                "log_append", (_log, record), static (ask, token) => ask._log.AppendAsync(ask.record, token), CancellationToken.None).ConfigureAwait(false);
            if (last.Error is not null)
            {
                return last;
            }

            Interlocked.Exchange(ref _appended, Math.Max(last.Value, Volatile.Read(ref _appended)));
        }

        return last;
    }

    private void SendUntold()
    {
        if (!_sendingAgain.IsCompleted || _storage.IsCutOff)
        {
            return;
        }

        IReadOnlyList<InvalidationGroup> groups;
        lock (_untold)
        {
            groups = _untold.Take();
        }

        _sendingAgain = Task.WhenAll(groups.Select(group =>
            group.IsOfTags ? SendTagsAsync(group.Keys)
            : _targets.TryGetValue(group.Node, out var target) ? target.SendAgainAsync(group.Keys) : Task.CompletedTask));
    }
}
