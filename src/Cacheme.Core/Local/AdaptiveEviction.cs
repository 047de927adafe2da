namespace Cacheme.Local;

/// <summary>Keeps what is used again and again, and lets what is used once go soon; how soon it learns from what it let go too early.</summary>
/// <remarks>
/// It begins as S3-FIFO (J. Yang and others, "FIFO Queues Are All You Need for Cache Eviction", SOSP 2023): what is new stands
/// in a probation queue, what was used there twice moves to the main queue, and who comes back soon after leaving goes there at
/// once. Three things are different. The share of probation is learned, as in ARC (N. Megiddo and D. Modha, FAST 2003): one
/// that comes back from probation makes it larger, one from main smaller. The main queue admits somebody only in place of one
/// who has lost all its marks, at the cost of one mark for each attempt, so what is in steady use stays. And where nothing is
/// used again before it leaves, as in a loop over more than fits, the main queue fills once and then changes seldom, so that a
/// part of the loop stays and is hit. Not thread-safe.
/// </remarks>
internal sealed class AdaptiveEviction : IEviction
{
    private const int UsesForMain = 2;
    private const int MostSpared = 20;         // in a row: nobody waits for a whole queue
    private const double SmallestShare = 0.01; // of probation
    private const double FirstShare = 0.1;
    private const double IdleShare = 0.02;     // so few of those who are looked at were used: nothing is used again in time
    private const int IdlePace = 8;            // one in so many changes the main queue then
    private const double UsefulShare = 0.002;  // of those who leave probation were used: it can be worth more room
    private const int Memory = 1_000;          // of how many that is the mean

    private readonly int _capacity;
    private readonly Action<LocalEntry> _evict;
    private readonly EntryQueue _probation = new();
    private readonly EntryQueue _main = new();
    private readonly Ghosts _ghosts;
    private readonly double _smallest;
    private double _share;      // of probation, in entries
    private double _usefulness; // of those who left probation, how many were used
    private bool _isIdle;
    private int _added;         // these three: in this period
    private int _used;
    private int _attempts;

    /// <param name="capacity">The most entries.</param>
    /// <param name="evict">Told of each entry that leaves.</param>
    public AdaptiveEviction(int capacity, Action<LocalEntry> evict)
    {
        _capacity = capacity;
        _evict = evict;
        _ghosts = new Ghosts(capacity);
        _smallest = Math.Max(1, capacity * SmallestShare);
        _share = Math.Max(1, capacity * FirstShare);
    }

    private int Count => _probation.Count + _main.Count;

    public void Add(LocalEntry entry)
    {
        Look();
        var former = _ghosts.Take(entry.Hash);
        Learn(former);
        var queue = former != GhostKind.None && TryAdmit() ? _main : _probation;
        while (Count >= _capacity)
        {
            Evict();
        }

        Enter(queue, entry);
    }

    public void Replace(LocalEntry former, LocalEntry entry) => (former.Queue == _main ? _main : _probation).Replace(former, entry);

    public void Remove(LocalEntry entry) => (entry.Queue == _main ? _main : _probation).Remove(entry);

    // Once in as many as there are: was anybody used at all?
    private void Look()
    {
        if (++_added < _capacity)
        {
            return;
        }

        _isIdle = _used < IdleShare * _added;
        _added = _used = 0;
        if (_isIdle)
        {
            _share = _smallest;
        }
    }

    // By as much more as the other kind is remembered more: then one of this kind says more.
    private void Learn(GhostKind former)
    {
        var (probation, main) = ((double)_ghosts.CountOf(GhostKind.Probation), (double)_ghosts.CountOf(GhostKind.Main));
        if (former == GhostKind.Probation && _usefulness >= UsefulShare)
        {
            _share = Math.Min(_capacity * (1 - SmallestShare), _share + Math.Max(1, main / probation));
        }
        else if (former == GhostKind.Main)
        {
            _share = Math.Max(_smallest, _share - Math.Max(1, probation / main));
        }
    }

    // Whether there is room in the main queue, or its next one has no mark left.
    private bool TryAdmit()
    {
        if (_main.Count + 1 <= _capacity - _share)
        {
            return true;
        }

        if ((_isIdle && ++_attempts % IdlePace != 0) || !_main.TryDequeue(out var next))
        {
            return false;
        }

        if (Spare(next))
        {
            return false;
        }

        Leave(next, GhostKind.Main);
        return true;
    }

    private void Enter(EntryQueue queue, LocalEntry entry)
    {
        // Where nothing is used in time, one who gets a place is given the time.
        entry.Uses = (byte)(_isIdle && queue == _main ? 1 : 0);
        queue.Enqueue(entry);
    }

    private void Evict()
    {
        if (_probation.Count < _share || !EvictFromProbation())
        {
            EvictFromMain();
        }
    }

    // False when nobody has left, because its share is not used up any more.
    private bool EvictFromProbation()
    {
        for (var spared = 0; Count >= _capacity && _probation.Count >= _share && _probation.TryDequeue(out var entry);)
        {
            var uses = entry.Uses;
            _used += uses > 0 ? 1 : 0;
            _usefulness += ((uses > 0 ? 1 : 0) - _usefulness) / Math.Min(_capacity, Memory);
            if ((uses >= UsesForMain || _isIdle) && TryAdmit())
            {
                Enter(_main, entry);
            }
            else if (uses > 0 && spared++ < MostSpared)
            {
                Enter(_probation, entry);
            }
            else
            {
                Leave(entry, GhostKind.Probation);
            }
        }

        return Count < _capacity;
    }

    // Hits go on meanwhile: after as many rounds as there are marks somebody leaves in any case.
    private void EvictFromMain()
    {
        for (var left = LocalEntry.MostUses * _main.Count; _main.TryDequeue(out var entry); left--)
        {
            if (left <= 0 || !Spare(entry))
            {
                Leave(entry, GhostKind.Main);
                return;
            }
        }
    }

    // One who has marks stays, and loses one.
    private bool Spare(LocalEntry entry)
    {
        if (entry.Uses == 0)
        {
            return false;
        }

        entry.Uses--;
        _used++;
        _main.Enqueue(entry);
        return true;
    }

    private void Leave(LocalEntry entry, GhostKind kind)
    {
        _ghosts.Add(entry.Hash, kind);
        _evict(entry);
    }
}
