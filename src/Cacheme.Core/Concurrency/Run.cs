namespace Cacheme.Concurrency;

/// <summary>The work behind a flight: what it calls may wait for other runs, and others may wait for it.</summary>
/// <remarks>
/// Runs that wait for one another form a graph. An edge that would close a circle is refused, since it would wait for ever.
/// The graph is guarded by one lock, which is taken only by calls from inside a run.
/// </remarks>
internal sealed class Run
{
    private static readonly AsyncLocal<Run?> Ambient = new();
    private static readonly Lock Graph = new();

    private readonly IReadOnlyList<Run> _parts = [];
    private readonly string _label;
    private readonly object? _table;
    private readonly string? _key;
    private readonly Run? _parent;
    private List<Run>? _waitsFor;
    private Action? _hurry;
    private bool _isAwaited;
    private volatile bool _ended;

    /// <summary>Makes the run of a key's flight, as a child of the run whose work calls this.</summary>
    /// <param name="label">What the chain of an error calls it.</param>
    /// <param name="table">The table of flights.</param>
    /// <param name="key">The key.</param>
    public Run(string label, object table, string key)
    {
        _label = label;
        _table = table;
        _key = key;
        _parent = Current;
    }

    /// <summary>Makes the run of work that is shared by several flights: each of theirs waits for it.</summary>
    /// <param name="label">What the chain of an error calls it.</param>
    /// <param name="parts">The runs of the flights.</param>
    public Run(string label, IReadOnlyList<Run> parts)
    {
        _label = label;
        _parts = parts;
        _parent = Current;
        lock (Graph)
        {
            foreach (var part in parts)
            {
                (part._waitsFor ??= []).Add(this);
            }
        }
    }

    /// <summary>The run whose work is calling: the nearest that has not ended, for work may leave something behind; null outside of any.</summary>
    public static Run? Current
    {
        get
        {
            var run = Ambient.Value;
            while (run is { _ended: true })
            {
                run = run._parent;
            }

            return run;
        }
    }

    /// <summary>Makes this the current run for the rest of the calling async method.</summary>
    public void Enter() => Ambient.Value = this;

    /// <summary>Ends the run: nobody waits for it any more.</summary>
    public void End()
    {
        _ended = true;
        if (_parts.Count == 0)
        {
            return;
        }

        lock (Graph)
        {
            foreach (var part in _parts)
            {
                part._waitsFor?.Remove(this);
            }
        }
    }

    /// <summary>Sets what is done as soon as another run waits for this one, if one does before the work begins; null when it has begun.</summary>
    public void OnWait(Action? hurry)
    {
        bool isAwaited;
        lock (Graph)
        {
            _hurry = hurry;
            isAwaited = _isAwaited;
        }

        if (isAwaited)
        {
            hurry?.Invoke();
        }
    }

    /// <summary>Refuses a key that this run or one it was started by leads already.</summary>
    /// <exception cref="LoadCycleException">It would start itself over and over.</exception>
    public void RefuseOwn(object table, string key, string label)
    {
        for (var run = this; run is not null; run = run._parent)
        {
            if (run.Leads(table, key))
            {
                var chain = new List<string> { label };
                for (var step = this; step is not null; step = step == run ? null : step._parent)
                {
                    chain.Insert(0, step._label);
                }

                throw Cycle(chain);
            }
        }
    }

    /// <summary>Notes that this run waits for the other until <see cref="StopWaiting"/>.</summary>
    /// <exception cref="LoadCycleException">The other one waits for this one, directly or through others.</exception>
    public void WaitFor(Run other)
    {
        Action? hurry;
        lock (Graph)
        {
            var chain = new List<string> { _label };
            if (Reaches(other, chain, []))
            {
                throw Cycle(chain);
            }

            (_waitsFor ??= []).Add(other);
            other._isAwaited = true;
            hurry = other._hurry;
        }

        hurry?.Invoke();
    }

    /// <summary>Ends one <see cref="WaitFor"/>.</summary>
    public void StopWaiting(Run other)
    {
        lock (Graph)
        {
            _waitsFor?.Remove(other);
        }
    }

    private static LoadCycleException Cycle(List<string> chain) => new(
        $"The load waits for itself: {string.Join(" -> ", chain)}. Let one of them take what it needs from its own source.");

    private bool Leads(object table, string key) =>
        !_ended && ((_table == table && _key == key) || _parts.Any(part => part.Leads(table, key)));

    // Whether a way leads from the run to this one. Each run is looked at once: ways that meet again double at every meeting.
    private bool Reaches(Run from, List<string> chain, HashSet<Run> seen)
    {
        if (!seen.Add(from))
        {
            return false;
        }

        // A shared piece of work goes by the label of its parts, which stands in the chain already.
        var isNamed = from._parts.Count == 0;
        if (isNamed)
        {
            chain.Add(from._label);
        }

        if (from == this || from._waitsFor?.Exists(next => Reaches(next, chain, seen)) == true)
        {
            return true;
        }

        if (isNamed)
        {
            chain.RemoveAt(chain.Count - 1);
        }

        return false;
    }
}
