using Cacheme.Nodes;
using Cacheme.Serialization;

namespace Cacheme;

/// <summary>Says where a node's value is cached, for how long and in which form. Used at start-up only; not thread-safe.</summary>
public sealed class NodePolicyBuilder
{
    private readonly List<NodeTierPolicy> _tiers = [];
    private NodePolicy _policy = new();

    internal NodePolicyBuilder()
    {
    }

    /// <summary>The node's name, in statistics, in appsettings and in each remote entry. Default: the name of its class, <c>PageNode&lt;Product&gt;</c> for a generic one.</summary>
    /// <remarks>Pin it with the old name when the class is renamed, and no entry is lost.</remarks>
    /// <param name="name">The name, unique in the application.</param>
    public NodePolicyBuilder Name(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        _policy = _policy with { Name = name };
        return this;
    }

    /// <summary>The version that ends each key; a new one makes the old entries unreachable. Default: none, an empty text.</summary>
    /// <param name="version">The version.</param>
    public NodePolicyBuilder Version(string version)
    {
        ArgumentNullException.ThrowIfNull(version);
        _policy = _policy with { Version = version };
        return this;
    }

    /// <summary>Adds a tier. Tiers are asked in the order of the calls, local ones before remote ones; those that missed are filled.</summary>
    /// <param name="storage">The storage's name.</param>
    /// <param name="ttl">How long a value stays there, to the millisecond; null for ever.</param>
    public NodePolicyBuilder Cache(string storage, TimeSpan? ttl = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(storage);
        _tiers.Add(new NodeTierPolicy(storage, ttl));
        return this;
    }

    /// <summary>How values are written into remote tiers. Default: <see cref="CacheSerializers.MessagePack"/>. Local tiers ignore it.</summary>
    /// <param name="serializer">The serializer.</param>
    public NodePolicyBuilder Serializer(ICacheSerializer serializer)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        _policy = _policy with { Serializer = serializer };
        return this;
    }

    /// <summary>Caches a value only when its key is asked for a second time, as far as a Bloom filter remembers.</summary>
    /// <param name="capacity">The filter is cleared when as many requests were seen.</param>
    /// <param name="falsePositiveRate">The share of first sights that are taken for second ones when the filter is full, over 0 and under 1.</param>
    public NodePolicyBuilder DoorKeeper(int capacity, double falsePositiveRate = 0.01)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        if (falsePositiveRate is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(falsePositiveRate), falsePositiveRate, "The rate lies between 0 and 1, for example 0.01.");
        }

        _policy = _policy with { DoorKeeper = new DoorKeeperPolicy(capacity, falsePositiveRate) };
        return this;
    }

    /// <summary>Caches null as a value. Without it, a null is returned and not stored.</summary>
    /// <param name="ttl">How long a null stays, in every tier at most as long as the tier's own ttl; null for the tier's own.</param>
    public NodePolicyBuilder CacheNull(TimeSpan? ttl = null)
    {
        _policy = _policy with { CachesNull = true, NullTimeToLive = ttl };
        return this;
    }

    /// <summary>Hands each caller a copy of its own, made by the serializer, for values that callers may change.</summary>
    public NodePolicyBuilder CopyValues()
    {
        _policy = _policy with { CopiesValues = true };
        return this;
    }

    /// <summary>Lets a get of the policy's <see cref="Microsoft.Extensions.Caching.Distributed.IDistributedCache"/> throw a <see cref="CacheReadException"/> when a storage could not be asked and no other has the key. Default: that is a miss.</summary>
    /// <remarks>
    /// For what is stored nowhere else, sessions above all: ASP.NET Core takes a session that cannot be read for unavailable and
    /// leaves it alone, and one that is not there for empty, and stores over it. Nodes and HybridCaches do not heed it: they load.
    /// </remarks>
    public NodePolicyBuilder ThrowWhenUnreachable()
    {
        _policy = _policy with { ThrowsWhenUnreachable = true };
        return this;
    }

    /// <summary>Gives every value of the node these tags; <see cref="ICacheme.InvalidateTagAsync(string, CancellationToken)"/> removes what has one.</summary>
    /// <param name="tags">The tags; neither blank nor longer than 256 bytes of UTF-8, and 128 at most for one value.</param>
    public NodePolicyBuilder Tags(params string[] tags)
    {
        ArgumentNullException.ThrowIfNull(tags);
        _policy = _policy with { Tags = [.. _policy.Tags, .. tags] };
        return this;
    }

    /// <summary>Computes tags from the node, besides those that are named.</summary>
    /// <remarks>It runs once for a value that was loaded or set. Where it fails the value is handed out, and stored nowhere.</remarks>
    /// <typeparam name="TNode">The node's type.</typeparam>
    /// <param name="tags">Gives the tags.</param>
    public NodePolicyBuilder Tags<TNode>(Func<TNode, IEnumerable<string>> tags)
    {
        ArgumentNullException.ThrowIfNull(tags);
        _policy = _policy with { ComputedTags = tags };
        return this;
    }

    /// <summary>Computes tags from the node and its value, besides those that are named.</summary>
    /// <remarks>It runs once for a value that was loaded or set. Where it fails the value is handed out, and stored nowhere.</remarks>
    /// <typeparam name="TNode">The node's type.</typeparam>
    /// <typeparam name="TValue">The type of its value.</typeparam>
    /// <param name="tags">Gives the tags.</param>
    public NodePolicyBuilder Tags<TNode, TValue>(Func<TNode, TValue, IEnumerable<string>> tags)
    {
        ArgumentNullException.ThrowIfNull(tags);
        _policy = _policy with { ComputedTags = tags };
        return this;
    }

    /// <summary>The largest payload that a remote tier is given or read from. Default: 4 MiB. A larger value stays in the local tiers.</summary>
    /// <param name="bytes">The limit.</param>
    public NodePolicyBuilder MaxPayload(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        _policy = _policy with { MaxPayload = bytes };
        return this;
    }

    /// <summary>Lets one process load a value while the others that share the storage wait for it, instead of loading it too.</summary>
    /// <remarks>
    /// It takes a lease in the farthest storage of the chain that has leases, which costs a load one round trip more. When the
    /// process that loads dies or its load fails, another one takes over; where the storage does not answer, everybody loads.
    /// A batch load and a refresh take no lease.
    /// </remarks>
    /// <param name="waitAtMost">How long a load waits for another process at most, then it goes ahead. Default: 10 seconds.</param>
    public NodePolicyBuilder LoadOnceAcrossProcesses(TimeSpan? waitAtMost = null)
    {
        _policy = _policy with { LongestWaitForOthers = waitAtMost ?? TimeSpan.FromSeconds(10) };
        return this;
    }

    /// <summary>How many single loads a GetAll may run at once where the node has no batch load. Default: 16.</summary>
    /// <param name="loads">The limit.</param>
    public NodePolicyBuilder LoadConcurrency(int loads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(loads, 1);
        _policy = _policy with { LoadConcurrency = loads };
        return this;
    }

    internal NodePolicy Build() => _policy with { Tiers = [.. _tiers] };
}
