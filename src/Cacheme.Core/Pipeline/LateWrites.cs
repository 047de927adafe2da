using Cacheme.Invalidation;

namespace Cacheme.Pipeline;

/// <summary>What this process wrote into remote tiers behind somebody else's invalidation: it is looked for there, and removed where it is.</summary>
/// <remarks>
/// A load that began before a removal elsewhere may have written after it. So when the record of an invalidation comes, the keys
/// that were written lately are read once more, all together. Thread-safe; only the bus calls what takes in and looks.
/// </remarks>
/// <param name="context">The node's.</param>
/// <param name="invalidations">Tells the others of what was found, which they may have read.</param>
internal sealed class LateWrites<TNode, TValue>(NodeContext<TNode, TValue> context, NodeInvalidations<TNode, TValue> invalidations)
    where TNode : notnull
{
    private const int MostRemembered = 100_000;
    private const int MostAtOnce = 500;

    private static readonly long LongestGap = (long)InvalidationBus.LongestGap.TotalMilliseconds;

    private readonly RecentWrites _written = new(MostRemembered, key => context.Definition.RemoteTiers.Any(tier => tier.Storage.IsChanging(key)));
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Doubt> _doubtful = new(StringComparer.Ordinal);
    private Dictionary<string, Doubt> _lookedFor = [];
    private bool _isLooking;
    private volatile bool _isEmpty = true;

    /// <summary>Whether there is nothing to look for.</summary>
    public bool IsAtRest
    {
        get
        {
            lock (_lock)
            {
                return _doubtful.Count == 0 && !_isLooking;
            }
        }
    }

    /// <summary>Notes that a value goes to remote tiers. Before it is sent; under the lock of the key's slot.</summary>
    public void Add(string key, long known) => _written.Add(key, known, context.Clock.Now);

    /// <summary>Notes that an invalidation was heard of: what was written without knowing it is looked for. Under the lock of the key's slot.</summary>
    public void Add(string key, Doubt doubt)
    {
        if (_written.Take(key, doubt.Cause))
        {
            PutBack([new(key, doubt)]);
        }
    }

    /// <summary>Looks for entries of a key that are older than an invalidation, whoever wrote them.</summary>
    public void Look(string key, KnownLimit limit) => PutBack([new(key, new Doubt(0, limit))]);

    /// <summary>Notes that any key may have been invalidated until that record.</summary>
    public void DoubtAll(long number) => PutBack(_written.TakeAll().Select(key => KeyValuePair.Create(key, new Doubt(number, KnownLimit.Of(number)))));

    /// <summary>Whether an entry is one that is looked for: nobody reads it until it is removed.</summary>
    /// <param name="key">The full key.</param>
    /// <param name="known">What was known when it came about.</param>
    /// <param name="isGiven">Whether it was not loaded but set.</param>
    /// <param name="writer">The process that wrote it.</param>
    public bool IsStale(string key, long known, bool isGiven, int writer)
    {
        if (_isEmpty)
        {
            return false;
        }

        lock (_lock)
        {
            return (_doubtful.TryGetValue(key, out var doubt) && doubt.Refuses(known, isGiven, IsOwn(writer)))
                || (_lookedFor.TryGetValue(key, out doubt) && doubt.Refuses(known, isGiven, IsOwn(writer)));
        }
    }

    /// <summary>Is told that everything was received that had been appended until then. Looks for what is doubtful; does not wait.</summary>
    /// <param name="began">When the look into the log began, on the local clock.</param>
    public void CaughtUp(long began)
    {
        _written.Forget(began - LongestGap, context.Clock.Now);
        lock (_lock)
        {
            if (_isLooking || _doubtful.Count == 0)
            {
                return;
            }

            _isLooking = true;
        }

        // Owned by this instance: there is one at a time. Never fails, since storages answer with an error.
        _ = LookAsync();
    }

    private async Task LookAsync()
    {
        try
        {
            foreach (var keys in TakeDoubtful().Chunk(MostAtOnce))
            {
                await LookAsync(keys).ConfigureAwait(false);
            }
        }
        finally
        {
            lock (_lock)
            {
                _isLooking = false;
                _lookedFor = [];
                _isEmpty = _doubtful.Count == 0;
            }
        }
    }

    // Those that are still being written are looked for when they have been.
    private List<KeyValuePair<string, Doubt>> TakeDoubtful()
    {
        lock (_lock)
        {
            var taken = _doubtful.Where(pair => !context.Definition.RemoteTiers.Any(tier => tier.Storage.IsChanging(pair.Key))).ToList();
            taken.ForEach(pair => _doubtful.Remove(pair.Key));
            _lookedFor = new(taken, StringComparer.Ordinal);
            return taken;
        }
    }

    private async Task LookAsync(KeyValuePair<string, Doubt>[] doubtful)
    {
        var began = context.Clock.Now;
        var writeBack = context.BeginWriteBack();
        var found = new HashSet<KeyValuePair<string, Doubt>>();
        for (var tier = 0; tier < context.Definition.RemoteTiers.Count; tier++)
        {
            var keys = Array.ConvertAll(doubtful, static pair => pair.Key);
            var answer = await context.Definition.RemoteTiers[tier].Storage.ReadAsync(keys, CancellationToken.None).ConfigureAwait(false);
            if (answer.Error is not null)
            {
                // Once it answers again.
                PutBack(doubtful);
                continue;
            }

            for (var i = 0; i < Math.Min(doubtful.Length, answer.Value.Count); i++)
            {
                if (answer.Value[i].Exists && IsOld(keys[i], answer.Value[i].Bytes, doubtful[i].Value))
                {
                    Remove(writeBack, keys[i], tier);
                    found.Add(doubtful[i]);
                }
            }
        }

        var failures = await writeBack.SendAsync().ConfigureAwait(false);
        await Task.WhenAll(found.GroupBy(static pair => pair.Value, static pair => pair.Key).Select(alike => invalidations.TellRepairedAsync(
            InvalidationGroup.OfKeys(context.Definition.Owner, [.. alike]) with { Cause = alike.Key.Cause, Limit = alike.Key.Limit }, began, failures))).ConfigureAwait(false);
    }

    private bool IsOld(string key, ReadOnlyMemory<byte> bytes, Doubt doubt) =>
        context.Values.Peek(key, bytes) is { } entry && doubt.Refuses(entry.Known, entry.IsGiven, IsOwn(entry.Writer));

    private bool IsOwn(int writer) => writer == context.Definition.Bus?.Writer;

    // What was written since takes its place, and comes before a removal.
    private void Remove(WriteBack<TNode, TValue> writeBack, string key, int tier) => context.Flights.Exclusively(key, () =>
    {
        if (!_written.Has(key))
        {
            writeBack.AddRemovalFrom(key, tier);
        }
    });

    private void PutBack(IEnumerable<KeyValuePair<string, Doubt>> doubtful)
    {
        lock (_lock)
        {
            _isEmpty = false;
            foreach (var (key, doubt) in doubtful)
            {
                _doubtful[key] = _doubtful.GetValueOrDefault(key).And(doubt);
            }
        }
    }
}
