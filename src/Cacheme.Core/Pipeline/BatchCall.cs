using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Cacheme.Concurrency;
using Cacheme.Telemetry;

namespace Cacheme.Pipeline;

/// <summary>One call of GetAll: each distinct key is one request; the answers come in the order asked.</summary>
internal sealed class BatchCall<TNode, TValue>
    where TNode : notnull
{
    private readonly NodeContext<TNode, TValue> _context;
    private readonly Requests<TNode, TValue> _requests;
    private readonly List<string> _order;
    private readonly Dictionary<string, TNode> _distinct;
    private readonly Dictionary<string, TValue> _values;

    public BatchCall(NodeContext<TNode, TValue> context, Requests<TNode, TValue> requests, IEnumerable<TNode> nodes)
    {
        _context = context;
        _requests = requests;
        var count = nodes.TryGetNonEnumeratedCount(out var known) ? known : 0;
        _order = new(count);
        _distinct = new(count, StringComparer.Ordinal);
        _values = new(count, StringComparer.Ordinal);
        foreach (var node in nodes)
        {
            var key = context.KeyOf(node);
            _order.Add(key);
            _distinct.TryAdd(key, node);
        }
    }

    /// <summary>The answers, duplicates repeated. After the call has run.</summary>
    public IReadOnlyList<TValue> Values => _order.ConvertAll(key => _values[key]);

    /// <summary>Gets what is missing. When keys fail the first failure is thrown, after the others are stored and counted.</summary>
    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        var missing = new List<(TNode Node, string Key)>(_distinct.Count);
        foreach (var (key, node) in _distinct)
        {
            if (_context.TryFind(node, out var value, out var tier))
            {
                _context.Counters.Hit(tier);
                _values[key] = value;
            }
            else
            {
                missing.Add((node, key));
            }
        }

        if (missing.Count > 0)
        {
            await WaitForAsync(missing, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask WaitForAsync(List<(TNode Node, string Key)> missing, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            missing.ForEach(_ => _context.Counters.Cancel());
            cancellationToken.ThrowIfCancellationRequested();
        }

        using var span = CachemeActivitySource.StartGet(_context.Definition.Name, missing.Count);
        var flights = JoinOrLead(missing, cancellationToken);
        var failure = default(Exception);
        // One after another: they run by themselves, and when one has ended most of the others have.
        for (var i = 0; i < missing.Count; i++)
        {
            try
            {
                _values[missing[i].Key] = await _requests.GetAsync(
                    missing[i].Node, _context.OwnLoad, flights[i].Flight, flights[i].Work, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error)
            {
                failure ??= error;
            }
        }

        Trace(span, flights, failure);
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    private static void Trace(Activity? span, (Flight<FlightResult<TValue>> Flight, Task? Work)[] flights, Exception? failure)
    {
        if (span is null)
        {
            return;
        }

        if (failure is not null)
        {
            CachemeActivitySource.Failed(span, failure);
        }

        // One load may have brought several of them.
        foreach (var load in flights.Where(static joined => joined.Work is null).Select(static joined => joined.Flight.Load).Distinct())
        {
            CachemeActivitySource.Link(span, load);
        }
    }

    // Those that are led are set on the read path together.
    private (Flight<FlightResult<TValue>> Flight, Task? Work)[] JoinOrLead(List<(TNode Node, string Key)> missing, CancellationToken cancellationToken)
    {
        missing.ForEach(one => _requests.RefuseOwn(one.Key, missing.Count));
        var flights = new Flight<FlightResult<TValue>>[missing.Count];
        var led = new List<ReadItem<TNode, TValue>>(missing.Count);
        var leads = new bool[missing.Count];
        for (var i = 0; i < flights.Length; i++)
        {
            flights[i] = _context.Flights.JoinOrLead(missing[i].Key, cancellationToken.CanBeCanceled, out leads[i]);
            if (leads[i])
            {
                led.Add(_context.ItemOf(missing[i].Node, flights[i]));
            }
        }

        var work = led.Count > 0 ? _context.Start(ReadMode.Get, _context.OwnLoad, led, asBatch: true) : null;
        return [.. flights.Select((flight, i) => (flight, leads[i] ? work : null))];
    }
}
