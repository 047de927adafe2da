using Cacheme.Nodes;
using Cacheme.Pipeline;
using Cacheme.Storage;
using Microsoft.Extensions.Logging;

namespace Cacheme.Hybrid;

/// <summary>The values of a cache: of any type, as each call says.</summary>
internal sealed class HybridValues(NodeDefinition definition, CacheClock clock, ILogger logger) : NodeValues<HybridNode, HybridItem>(definition, logger)
{
    // For what an entry says beside its value, where any codec serves.
    private readonly EntryCodec<HybridItem> _codec = new(definition, definition.Serializer, clock, logger);

    public override CallRules RulesOf(HybridNode node) => node.Rules;

    public override EntryCodec<HybridItem> CodecOf(HybridNode node) => node.Type!.Codec; // Not null: only removals have none, and they read and write no entry.

    public override EntryRead? Peek(string key, ReadOnlyMemory<byte> bytes) => _codec.Peek(key, bytes);

    public override bool TryRead(HybridNode node, ref HybridItem value, ReadOnlyMemory<byte>? copy) => node.Type?.TryOwn(ref value) == true;

    public override ReadOnlyMemory<byte>? MakeCopy(HybridItem value)
    {
        value.Prepare();
        return null;
    }

    public override HybridItem Keep(HybridItem value) => value.Kept;
}
