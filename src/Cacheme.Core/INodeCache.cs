namespace Cacheme;

/// <summary>The cache of one node type: the typed handle for hot paths. Injected; thread-safe.</summary>
/// <remarks>
/// A hit in a local tier allocates nothing when <typeparamref name="TNode"/> is a record struct whose properties are
/// integers, booleans, strings, enums or Guids. Each ValueTask is awaited once.
/// </remarks>
/// <typeparam name="TNode">The node's type: a record derived from <see cref="Node{TValue}"/>, or a record struct that implements <see cref="INode{TValue}"/>.</typeparam>
/// <typeparam name="TValue">The type of its value.</typeparam>
public interface INodeCache<TNode, TValue>
    where TNode : notnull
{
    /// <inheritdoc cref="ICacheme.GetAsync{TValue}(Node{TValue}, CancellationToken)"/>
    ValueTask<TValue> GetAsync(TNode node, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="ICacheme.GetAsync{TValue}(Node{TValue}, Func{CancellationToken, ValueTask{TValue}}, CancellationToken)"/>
    ValueTask<TValue> GetAsync(TNode node, Func<CancellationToken, ValueTask<TValue>> load, CancellationToken cancellationToken = default);

    /// <summary>Gets the value where this process's memory has it, with what is known of it. It is counted as a hit then, and not at all otherwise.</summary>
    /// <param name="node">The node.</param>
    /// <param name="answer">The value, and where it is.</param>
    bool TryAnswer(TNode node, out CacheAnswer<TValue> answer);

    /// <summary>Gets the value, with what is known of it. Its load may find that there is none to share: it then answers <see cref="CacheLookup{TValue}.None"/>.</summary>
    /// <remarks>All who joined the load get its answer; "none" is stored nowhere and is no failure.</remarks>
    /// <param name="node">The node.</param>
    /// <param name="load">The load.</param>
    /// <param name="cancellationToken">Ends this caller's wait.</param>
    ValueTask<CacheAnswer<TValue>> AnswerAsync(
        TNode node, Func<CancellationToken, ValueTask<CacheLookup<TValue>>> load, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="ICacheme.TryGetAsync{TValue}(Node{TValue}, CancellationToken)"/>
    ValueTask<CacheLookup<TValue>> TryGetAsync(TNode node, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="ICacheme.GetAllAsync{TValue}(IEnumerable{Node{TValue}}, CancellationToken)"/>
    ValueTask<IReadOnlyList<TValue>> GetAllAsync(IEnumerable<TNode> nodes, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="ICacheme.SetAsync{TValue}(Node{TValue}, TValue, CancellationToken)"/>
    ValueTask SetAsync(TNode node, TValue value, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="ICacheme.RefreshAsync{TValue}(Node{TValue}, CancellationToken)"/>
    ValueTask<TValue> RefreshAsync(TNode node, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="ICacheme.InvalidateAsync(Node, CancellationToken)"/>
    ValueTask InvalidateAsync(TNode node, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="ICacheme.InvalidateAsync(IEnumerable{Node}, CancellationToken)"/>
    ValueTask InvalidateAsync(IEnumerable<TNode> nodes, CancellationToken cancellationToken = default);

    /// <summary>The node's statistics since the host started.</summary>
    NodeStats Stats { get; }
}
