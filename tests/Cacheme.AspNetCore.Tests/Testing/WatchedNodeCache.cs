using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Cacheme.AspNetCore.Tests.Testing;

/// <summary>The real cache, with a count of the lookups that have begun: whoever is counted leads or has joined.</summary>
internal sealed class WatchedNodeCache<TNode, TValue> : INodeCache<TNode, TValue>
    where TNode : Node<TValue>
{
    private readonly Channel<TNode> _begun = Channel.CreateUnbounded<TNode>();

    public INodeCache<TNode, TValue> Inner { get; set; } = null!; // set when the services make it

    public ConcurrentQueue<TNode> Looked { get; } = [];

    public NodeStats Stats => Inner.Stats;

    public ValueTask<CacheAnswer<TValue>> AnswerAsync(
        TNode node, Func<CancellationToken, ValueTask<CacheLookup<TValue>>> load, CancellationToken cancellationToken = default)
    {
        Looked.Enqueue(node);
        var answer = Inner.AnswerAsync(node, load, cancellationToken);
        _begun.Writer.TryWrite(node);
        return answer;
    }

    public bool TryAnswer(TNode node, out CacheAnswer<TValue> answer) => Inner.TryAnswer(node, out answer);

    /// <summary>Waits until so many more lookups have begun.</summary>
    public async Task BegunAsync(int lookups)
    {
        for (var i = 0; i < lookups; i++)
        {
            await _begun.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Gate.Patience);
        }
    }

    public ValueTask<TValue> GetAsync(TNode node, CancellationToken cancellationToken = default) => Inner.GetAsync(node, cancellationToken);

    public ValueTask<TValue> GetAsync(TNode node, Func<CancellationToken, ValueTask<TValue>> load, CancellationToken cancellationToken = default) =>
        Inner.GetAsync(node, load, cancellationToken);

    public ValueTask<CacheLookup<TValue>> TryGetAsync(TNode node, CancellationToken cancellationToken = default) => Inner.TryGetAsync(node, cancellationToken);

    public ValueTask<IReadOnlyList<TValue>> GetAllAsync(IEnumerable<TNode> nodes, CancellationToken cancellationToken = default) => Inner.GetAllAsync(nodes, cancellationToken);

    public ValueTask SetAsync(TNode node, TValue value, CancellationToken cancellationToken = default) => Inner.SetAsync(node, value, cancellationToken);

    public ValueTask<TValue> RefreshAsync(TNode node, CancellationToken cancellationToken = default) => Inner.RefreshAsync(node, cancellationToken);

    public ValueTask InvalidateAsync(TNode node, CancellationToken cancellationToken = default) => Inner.InvalidateAsync(node, cancellationToken);

    public ValueTask InvalidateAsync(IEnumerable<TNode> nodes, CancellationToken cancellationToken = default) => Inner.InvalidateAsync(nodes, cancellationToken);
}
