using System.Runtime.ExceptionServices;
using Cacheme.Invalidation;
using Cacheme.Nodes;

namespace Cacheme.Pipeline;

/// <summary>The face: finds the cache of a node and calls it.</summary>
internal sealed class DefaultCacheme(NodeCaches caches, NodeBuilder builder, TagInvalidations tagInvalidations, NodeStorages storages) : ICacheme
{
    public IReadOnlyList<NodeInfo> Nodes => caches.Describe();

    public ValueTask<TValue> GetAsync<TValue>(Node<TValue> node, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(node);
        return caches.Of(node).GetAsync(node, cancellationToken);
    }

    public ValueTask<TValue> GetAsync<TValue>(
        Node<TValue> node, Func<CancellationToken, ValueTask<TValue>> load, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(node);
        return caches.Of(node).GetAsync(node, load, cancellationToken);
    }

    public ValueTask<TValue> GetAsync<TValue>(
        Node<TValue> node, Func<CancellationToken, Task<TValue>> load, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(load);
        return caches.Of(node).GetAsync(node, token => new ValueTask<TValue>(load(token)), cancellationToken);
    }

    public ValueTask<CacheLookup<TValue>> TryGetAsync<TValue>(Node<TValue> node, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(node);
        return caches.Of(node).TryGetAsync(node, cancellationToken);
    }

    public async ValueTask<IReadOnlyList<TValue>> GetAllAsync<TValue>(
        IEnumerable<Node<TValue>> nodes, CancellationToken cancellationToken = default)
    {
        var groups = GroupByCache(nodes, caches.Of);
        if (groups.Count == 1)
        {
            return await groups[0].Cache.GetAllAsync(groups[0].Nodes, cancellationToken).ConfigureAwait(false);
        }

        var values = new TValue[groups.Sum(group => group.Nodes.Count)];
        await ForAllAsync(groups, async group =>
        {
            var found = await group.Cache.GetAllAsync(group.Nodes, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < found.Count; i++)
            {
                values[group.Places[i]] = found[i];
            }
        }).ConfigureAwait(false);
        return values;
    }

    public ValueTask SetAsync<TValue>(Node<TValue> node, TValue value, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(node);
        return caches.Of(node).SetAsync(node, value, cancellationToken);
    }

    public ValueTask<TValue> RefreshAsync<TValue>(Node<TValue> node, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(node);
        return caches.Of(node).RefreshAsync(node, cancellationToken);
    }

    public ValueTask InvalidateAsync(Node node, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(node);
        return caches.Of(node).InvalidateAsync([node], cancellationToken);
    }

    public async ValueTask InvalidateAsync(IEnumerable<Node> nodes, CancellationToken cancellationToken = default)
    {
        var storages = new SortedSet<string>(StringComparer.Ordinal);
        var first = default(InvalidationException);
        await ForAllAsync(GroupByCache(nodes, caches.Of), async group =>
        {
            try
            {
                await group.Cache.InvalidateAsync(group.Nodes, cancellationToken).ConfigureAwait(false);
            }
            catch (InvalidationException error)
            {
                lock (storages)
                {
                    storages.UnionWith(error.Storages);
                    first ??= error;
                }
            }
        }).ConfigureAwait(false);
        if (first is not null)
        {
            throw new InvalidationException([.. storages], first.InnerException);
        }
    }

    public ValueTask InvalidateTagAsync(string tag, CancellationToken cancellationToken = default) =>
        InvalidateTagAsync([tag], cancellationToken);

    public async ValueTask InvalidateTagAsync(IEnumerable<string> tags, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tags);
        string[] distinct = [.. tags.Distinct(StringComparer.Ordinal)];
        foreach (var tag in distinct)
        {
            if (Tag.FaultOf(tag) is { } fault)
            {
                throw new ArgumentException($"A tag {fault}", nameof(tags));
            }
        }

        if (distinct.Length == 0)
        {
            return;
        }

        var failures = await tagInvalidations.InvalidateAsync(distinct).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (failures.Count > 0)
        {
            throw new InvalidationException([.. failures.Select(static failure => failure.Storage)], failures[0].Error);
        }
    }

    public async ValueTask<IReadOnlyList<StorageStatus>> CheckStoragesAsync(CancellationToken cancellationToken = default) =>
        await Task.WhenAll(storages.Remote.Values.Select(storage => storage.CheckAsync(cancellationToken).AsTask())).ConfigureAwait(false);

    public DynamicNodes<TValue> BuildNode<TValue>(string name, Action<NodePolicyBuilder> configure)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(configure);
        // Looked at before as well: what is built has counters in the meter, and these are never taken out.
        caches.RefuseTaken(name);
        var cache = builder.BuildDynamic<TValue>(name, configure);
        caches.Add(cache);
        return new DynamicNodes<TValue>(cache);
    }

    public NodeStats Stats<TNode>() => caches.Of(typeof(TNode)).Stats;

    public NodeStats Stats(string nodeName)
    {
        ArgumentNullException.ThrowIfNull(nodeName);
        return caches.Of(nodeName).Stats;
    }

    private static List<NodeGroup<TCache, TNode>> GroupByCache<TCache, TNode>(IEnumerable<TNode> nodes, Func<TNode, TCache> cacheOf)
        where TCache : NodeCache
        where TNode : Node
    {
        ArgumentNullException.ThrowIfNull(nodes);
        var groups = new List<NodeGroup<TCache, TNode>>();
        var group = default(NodeGroup<TCache, TNode>);
        var place = 0;
        foreach (var node in nodes)
        {
            if (node is null)
            {
                throw new ArgumentException("One of the nodes is null.", nameof(nodes));
            }

            var cache = cacheOf(node);
            if (group?.Cache != cache)
            {
                group = GroupOf(groups, cache);
            }

            group.Nodes.Add(node);
            group.Places.Add(place++);
        }

        return groups;
    }

    private static NodeGroup<TCache, TNode> GroupOf<TCache, TNode>(List<NodeGroup<TCache, TNode>> groups, TCache cache)
        where TCache : NodeCache
        where TNode : Node
    {
        var group = groups.Find(group => group.Cache == cache);
        if (group is null)
        {
            groups.Add(group = new NodeGroup<TCache, TNode>(cache));
        }

        return group;
    }

    // All are done before the first failure is thrown.
    private static async ValueTask ForAllAsync<TGroup>(List<TGroup> groups, Func<TGroup, Task> action)
    {
        var tasks = groups.ConvertAll(group => action(group));
        await Task.WhenAll(tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (tasks.Find(task => !task.IsCompletedSuccessfully) is { } failed)
        {
            if (failed.Exception is { } error)
            {
                ExceptionDispatchInfo.Throw(error.InnerException!); // Not null: a task's exception has a cause.
            }

            await failed.ConfigureAwait(false);
        }
    }

    private sealed record NodeGroup<TCache, TNode>(TCache Cache)
    {
        public List<TNode> Nodes { get; } = [];

        public List<int> Places { get; } = [];
    }
}
