using Cacheme.Concurrency;

namespace Cacheme.Pipeline;

/// <summary>One call of GetAll: each distinct key is one request; the answers come in the order asked.</summary>
internal sealed class BatchCall<TNode, TValue>
    where TNode : notnull
{
    private readonly NodeCache<TNode, TValue> _cache;
    private readonly List<string> _order = [];
    private readonly Dictionary<string, TNode> _distinct = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TValue> _values = new(StringComparer.Ordinal);

    public BatchCall(NodeCache<TNode, TValue> cache, IEnumerable<TNode> nodes)
    {
        _cache = cache;
        foreach (var node in nodes)
        {
            var key = cache.KeyOf(node);
            _order.Add(key);
            _distinct.TryAdd(key, node);
        }
    }

    /// <summary>The answers, duplicates repeated. After the call has run.</summary>
    public IReadOnlyList<TValue> Values => _order.ConvertAll(key => _values[key]);

    /// <summary>Gets what is missing. When keys fail the first failure is thrown, after the others are stored and counted.</summary>
    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        var missing = new List<(TNode Node, string Key)>();
        foreach (var (key, node) in _distinct)
        {
            if (_cache.TryFind(node, out var value, out var tier))
            {
                _cache.Definition.Counters.Hit(tier);
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
            missing.ForEach(_ => _cache.Definition.Counters.Cancel());
            cancellationToken.ThrowIfCancellationRequested();
        }

        var flights = _cache.JoinOrLead(missing, _cache.OwnLoad, asBatch: true);
        var failure = default(Exception);
        var requests = flights.Zip(missing, (flight, node) => WaitAsync(flight.Flight, flight.Joined, node, cancellationToken)).ToList();
        foreach (var request in requests)
        {
            failure = await request.ConfigureAwait(false) is { } error ? failure ?? error : failure;
        }

        if (failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }

    private async Task<Exception?> WaitAsync(
        Flight<FlightResult<TValue>> flight, bool joined, (TNode Node, string Key) node, CancellationToken cancellationToken)
    {
        try
        {
            var lookup = await _cache.RequestAsync(flight, joined, takesNone: false, cancellationToken).ConfigureAwait(false);
            // "None" comes only from a flight that a lookup of somebody else's led: then this call asks with its own load.
            var value = lookup.Found ? lookup.Value : await _cache.GetAsync(node.Node, cancellationToken).ConfigureAwait(false);
            lock (_values)
            {
                _values[node.Key] = value;
            }

            return null;
        }
        catch (Exception error)
        {
            return error;
        }
    }
}
