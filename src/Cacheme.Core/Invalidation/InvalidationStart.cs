using System.Collections.Concurrent;

namespace Cacheme.Invalidation;

/// <summary>Lets nodes begin with a log: they are told what it knows of the time before they came.</summary>
/// <remarks>Only the one who reads the log calls <see cref="BeginAsync"/>; the rest is thread-safe.</remarks>
/// <param name="reader">Reads the log.</param>
/// <param name="intake">Takes in what it reads.</param>
/// <param name="tags">The tags.</param>
internal sealed class InvalidationStart(InvalidationReader reader, InvalidationIntake intake, LoggedTags tags)
{
    private readonly ConcurrentQueue<IInvalidationTarget> _waiting = [];
    private int _begun;

    /// <summary>Whether any node has begun.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>How many nodes have begun.</summary>
    public int Begun => Volatile.Read(ref _begun);

    /// <summary>Adds a node.</summary>
    public void Add(IInvalidationTarget node) => _waiting.Enqueue(node);

    /// <summary>Lets the nodes begin that wait. Where the log cannot be read, they wait for the next look.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask BeginAsync(CancellationToken cancellationToken)
    {
        var nodes = new Dictionary<string, IInvalidationTarget>(StringComparer.Ordinal);
        while (reader.Position > 0 && _waiting.TryDequeue(out var node))
        {
            nodes[node.Node] = node;
        }

        if (nodes.Count == 0 || await TryBeginAsync(nodes, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        foreach (var node in nodes.Values)
        {
            _waiting.Enqueue(node);
        }
    }

    // What was invalidated before they came matters to entries with tags, and to tiers that are this machine's own.
    private async ValueTask<bool> TryBeginAsync(Dictionary<string, IInvalidationTarget> nodes, CancellationToken cancellationToken)
    {
        var first = reader.Position;
        if (!HasBegun || nodes.Values.Any(static node => node.HasTiersOfItsOwn))
        {
            if (await reader.ReadHistoryAsync(bytes => intake.ReceiveFormer(bytes, nodes), cancellationToken).ConfigureAwait(false) is not { } there)
            {
                return false;
            }

            first = there;
        }

        foreach (var node in nodes.Values)
        {
            await node.BeginAsync(first, reader.Position, forgets: !HasBegun || node.HasTiersOfItsOwn).ConfigureAwait(false);
        }

        if (!HasBegun)
        {
            tags.SetReady(first);
            HasBegun = true;
        }

        Volatile.Write(ref _begun, _begun + nodes.Count);
        return true;
    }
}
