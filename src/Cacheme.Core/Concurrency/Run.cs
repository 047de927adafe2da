namespace Cacheme.Concurrency;

/// <summary>A piece of work that others may wait for: it leads flights, and what it calls may wait for other runs.</summary>
/// <remarks>
/// Runs that wait for one another form a graph. An edge that would close a circle is refused, since it would wait for ever.
/// The graph is guarded by one lock, which is taken only by calls from inside a run.
/// </remarks>
internal sealed class Run
{
    private static readonly AsyncLocal<Run?> Ambient = new();
    private static readonly Lock Graph = new();

    private readonly List<Run> _waitsFor = [];
    private readonly string _label;
    private Run? _parent;
    private Func<object, string, bool>? _leads;
    private volatile bool _ended;

    /// <summary>Starts a run, as a child of the one whose work calls this.</summary>
    /// <param name="label">What the chain of an error calls it.</param>
    public Run(string label)
    {
        _label = label;
        _parent = Current;
    }

    /// <summary>The run whose work is calling; null outside of any, or when that run has ended (its work left something behind).</summary>
    public static Run? Current => Ambient.Value is { _ended: false } run ? run : null;

    /// <summary>Says what this run leads: asked with a table and a key by the descendants of the run.</summary>
    public void Leads(Func<object, string, bool> leads) => _leads = leads;

    /// <summary>Makes this the current run for the rest of the calling async method.</summary>
    public void Enter() => Ambient.Value = this;

    /// <summary>Forgets everything: whoever still holds the run, in an ExecutionContext that lives on, holds nothing else.</summary>
    public void End()
    {
        _ended = true;
        _parent = null;
        _leads = null;
    }

    /// <summary>Refuses a key that this run or one it was started by leads already.</summary>
    /// <exception cref="LoadCycleException">It would start itself over and over.</exception>
    public void RefuseOwn(object table, string key, string label)
    {
        for (var run = this; run is not null; run = run._parent)
        {
            if (run is { _ended: false, _leads: { } leads } && leads(table, key))
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
        lock (Graph)
        {
            var chain = new List<string> { _label };
            if (Reaches(other, chain, []))
            {
                throw Cycle(chain);
            }

            _waitsFor.Add(other);
        }
    }

    /// <summary>Ends one <see cref="WaitFor"/>.</summary>
    public void StopWaiting(Run other)
    {
        lock (Graph)
        {
            _waitsFor.Remove(other);
        }
    }

    private static LoadCycleException Cycle(List<string> chain) => new(
        $"The load waits for itself: {string.Join(" -> ", chain)}. Let one of them take what it needs from its own source.");

    // Whether a way leads from the run to this one. Each run is looked at once: ways that meet again double at every meeting.
    private bool Reaches(Run from, List<string> chain, HashSet<Run> seen)
    {
        if (!seen.Add(from))
        {
            return false;
        }

        chain.Add(from._label);
        if (from == this || from._waitsFor.Any(next => Reaches(next, chain, seen)))
        {
            return true;
        }

        chain.RemoveAt(chain.Count - 1);
        return false;
    }
}
