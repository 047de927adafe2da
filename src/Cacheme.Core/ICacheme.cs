using System.Runtime.CompilerServices;

namespace Cacheme;

/// <summary>The cache. Injected as a singleton; thread-safe. Each ValueTask is awaited once.</summary>
public interface ICacheme
{
    /// <summary>What is cached, and how: every node, those registered and those built at run time.</summary>
    IReadOnlyList<NodeInfo> Nodes { get; }

    /// <summary>Gets the node's value: from the nearest tier that has it, or else from its load.</summary>
    /// <remarks>However many callers ask for one key at once, one load runs; each gets its value or its exception.</remarks>
    /// <typeparam name="TValue">The type of the value.</typeparam>
    /// <param name="node">The node.</param>
    /// <param name="cancellationToken">Ends this caller's wait. The load goes on while another caller waits for it.</param>
    /// <exception cref="ArgumentException">The node's key is empty, or longer than the limit.</exception>
    /// <exception cref="InvalidOperationException">The node's type is not registered.</exception>
    /// <exception cref="LoadCycleException">The load waits for itself, directly or through others.</exception>
    ValueTask<TValue> GetAsync<TValue>(Node<TValue> node, CancellationToken cancellationToken = default);

    /// <summary>Gets the node's value, with a load of the caller's in place of the node's own.</summary>
    /// <typeparam name="TValue">The type of the value.</typeparam>
    /// <param name="node">The node.</param>
    /// <param name="load">The load; its token fires when nobody waits for it any more.</param>
    /// <param name="cancellationToken">Ends this caller's wait.</param>
    [OverloadResolutionPriority(1)]
    ValueTask<TValue> GetAsync<TValue>(
        Node<TValue> node, Func<CancellationToken, ValueTask<TValue>> load, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="GetAsync{TValue}(Node{TValue}, Func{CancellationToken, ValueTask{TValue}}, CancellationToken)"/>
    ValueTask<TValue> GetAsync<TValue>(Node<TValue> node, Func<CancellationToken, Task<TValue>> load, CancellationToken cancellationToken = default);

    /// <summary>Gets the value if a tier has it. Never loads.</summary>
    /// <typeparam name="TValue">The type of the value.</typeparam>
    /// <param name="node">The node.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<CacheLookup<TValue>> TryGetAsync<TValue>(Node<TValue> node, CancellationToken cancellationToken = default);

    /// <summary>Gets the values of many nodes: one read for each tier, and one load for all that are missing where the node can load a batch.</summary>
    /// <typeparam name="TValue">The type of the values.</typeparam>
    /// <param name="nodes">The nodes, of one type or of several; one may stand more than once.</param>
    /// <param name="cancellationToken">Ends this caller's wait.</param>
    /// <returns>The values in the order asked, duplicates repeated.</returns>
    /// <exception cref="KeyNotFoundException">The batch load left a node out. The others are stored.</exception>
    ValueTask<IReadOnlyList<TValue>> GetAllAsync<TValue>(IEnumerable<Node<TValue>> nodes, CancellationToken cancellationToken = default);

    /// <summary>Puts a value into every tier, over what is there; it wins over a load that is under way.</summary>
    /// <remarks>
    /// A remote storage that cannot be written to is logged, not thrown: this process then does not read the key from it,
    /// and removes the old value as soon as it can. Invalidate where the caller has to know.
    /// </remarks>
    /// <typeparam name="TValue">The type of the value.</typeparam>
    /// <param name="node">The node.</param>
    /// <param name="value">The value.</param>
    /// <param name="cancellationToken">Ends the wait for the remote tiers.</param>
    /// <exception cref="ArgumentNullException">The value is null and the node does not cache null.</exception>
    ValueTask SetAsync<TValue>(Node<TValue> node, TValue value, CancellationToken cancellationToken = default);

    /// <summary>Loads the value anew and stores it; others are served the old one until then. A failing load leaves the old one in place.</summary>
    /// <typeparam name="TValue">The type of the value.</typeparam>
    /// <param name="node">The node.</param>
    /// <param name="cancellationToken">Ends this caller's wait, and with it the load.</param>
    ValueTask<TValue> RefreshAsync<TValue>(Node<TValue> node, CancellationToken cancellationToken = default);

    /// <summary>Removes the node's value from every tier. Nothing loaded or read before is served to whoever asks after it has returned.</summary>
    /// <param name="node">The node.</param>
    /// <param name="cancellationToken">Ends the wait; the removal goes on.</param>
    /// <exception cref="InvalidationException">A storage could not be reached. All that could be done was done, the rest is tried again in the background.</exception>
    ValueTask InvalidateAsync(Node node, CancellationToken cancellationToken = default);

    /// <summary>Removes the values of many nodes, of one type or of several, from every tier.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="cancellationToken">Ends the wait; the removals go on.</param>
    /// <exception cref="InvalidationException">A storage could not be reached.</exception>
    ValueTask InvalidateAsync(IEnumerable<Node> nodes, CancellationToken cancellationToken = default);

    /// <summary>Removes every value that has the tag, of all nodes, from every tier. Nothing loaded or read before is served to whoever asks after it has returned.</summary>
    /// <remarks>
    /// The values stay where they are until somebody asks for them or their time is over, so this costs the same however many
    /// there are. In other processes it takes effect when they hear of it, as an invalidation does.
    /// </remarks>
    /// <param name="tag">The tag; see <see cref="NodePolicyBuilder.Tags(string[])"/>.</param>
    /// <param name="cancellationToken">Ends the wait; the removal goes on.</param>
    /// <exception cref="ArgumentException">The tag is blank or too long.</exception>
    /// <exception cref="InvalidationException">A storage could not be told. It is tried again in the background.</exception>
    ValueTask InvalidateTagAsync(string tag, CancellationToken cancellationToken = default);

    /// <summary>Removes every value that has one of the tags, of all nodes, from every tier.</summary>
    /// <param name="tags">The tags.</param>
    /// <param name="cancellationToken">Ends the wait; the removal goes on.</param>
    /// <exception cref="ArgumentException">A tag is blank or too long.</exception>
    /// <exception cref="InvalidationException">A storage could not be told. It is tried again in the background.</exception>
    ValueTask InvalidateTagAsync(IEnumerable<string> tags, CancellationToken cancellationToken = default);

    /// <summary>Asks every remote storage whether it answers, all at once, each for its timeout at most. One whose circuit breaker is open is not asked.</summary>
    /// <param name="cancellationToken">Ends the asking.</param>
    ValueTask<IReadOnlyList<StorageStatus>> CheckStoragesAsync(CancellationToken cancellationToken = default);

    /// <summary>Makes a node without a class. Keep what it returns; its keys come from <see cref="DynamicNodes{TValue}.Key"/>.</summary>
    /// <typeparam name="TValue">The type of the values.</typeparam>
    /// <param name="name">The node's name, not yet in use.</param>
    /// <param name="configure">Its policy.</param>
    /// <exception cref="CachemeSetupException">The name is in use, or the policy is wrong.</exception>
    DynamicNodes<TValue> BuildNode<TValue>(string name, Action<NodePolicyBuilder> configure);

    /// <summary>The statistics of a node, by its type.</summary>
    /// <typeparam name="TNode">The node's type.</typeparam>
    NodeStats Stats<TNode>();

    /// <summary>The statistics of a node, by its name.</summary>
    /// <param name="nodeName">The name.</param>
    NodeStats Stats(string nodeName);
}
