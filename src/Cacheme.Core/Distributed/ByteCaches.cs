using System.Collections.Concurrent;
using Cacheme.Invalidation;
using Cacheme.Local;
using Cacheme.Nodes;
using Cacheme.Pipeline;
using Microsoft.Extensions.Logging;

namespace Cacheme.Distributed;

/// <summary>The byte caches of a host, one for each kind of face and each name of a node or a policy, made when they are asked for. Thread-safe.</summary>
internal sealed class ByteCaches(NodeCaches nodes, NodeBuilder builder, TagInvalidations tagInvalidations, CacheClock clock, ILogger logger)
{
    private readonly ConcurrentDictionary<(string Kind, string Name), Lazy<ByteCache>> _caches = [];

    /// <summary>The cache of a kind over a node or a policy. Keys, tags and entries of one kind and name are apart from those of any other.</summary>
    /// <param name="kind">What it is for, as it stands before its keys. A policy of this name has nothing more there.</param>
    /// <param name="name">The node's or the policy's name.</param>
    /// <param name="hasTags">Whether what it stores has tags; its chain then needs a storage that carries invalidations. The same at each call.</param>
    /// <exception cref="InvalidOperationException">There is none of that name.</exception>
    /// <exception cref="CachemeSetupException">Its chain cannot serve it.</exception>
    public ByteCache Of(string kind, string name, bool hasTags) =>
        _caches.GetOrAdd((kind, name), _ => new Lazy<ByteCache>(() => Make(kind, name, hasTags))).Value;

    private ByteCache Make(string kind, string name, bool hasTags)
    {
        var named = nodes.Of(name);
        var longest = Math.Min(named.Definition.MaxPayload, int.MaxValue - ByteItemSerializer.LongestHeader);
        var policy = named.Definition.Policy with
        {
            Space = FaceSpace.Of(kind, name),
            Serializer = new ByteItemSerializer(clock),
            MaxPayload = longest + ByteItemSerializer.LongestHeader,
            // Other faces' callers have what they store from elsewhere.
            ThrowsWhenUnreachable = named.Definition.Policy.ThrowsWhenUnreachable && kind == DistributedCaches.DefaultName,
            // Nothing is loaded, null is not stored, and who hands bytes out copies them.
            LongestWaitForOthers = null,
            CachesNull = false,
            NullTimeToLive = null,
            CopiesValues = false,
            Tags = [],
            ComputedTags = hasTags ? (ByteNode node) => (IEnumerable<string>)node.Tags : null,
        };
        var context = builder.BuildFace(
            name,
            policy,
            named.Definition.Counters,
            new ByteShape(),
            definition => new ByteValues(definition, clock, logger),
            new TextAliases<ByteNode, ByteItem>(static node => node.Text));
        return context.Definition.Keys.LongestKey >= StorableText.HashedLength
            ? new ByteCache(context, tagInvalidations, longest)
            : throw new CachemeSetupException(
                $"The cache '{name}' has {context.Definition.Keys.LongestKey} bytes for a key beside its prefix and version, and needs {StorableText.HashedLength}: raise MaxKeyLength, or shorten the prefix.");
    }
}
