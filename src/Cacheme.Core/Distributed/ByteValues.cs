using Cacheme.Nodes;
using Cacheme.Pipeline;
using Cacheme.Storage;
using Microsoft.Extensions.Logging;

namespace Cacheme.Distributed;

/// <summary>The values of a byte cache: kept by reference, and there as long as they are used where they slide.</summary>
internal sealed class ByteValues(NodeDefinition definition, CacheClock clock, ILogger logger) : NodeValues<ByteNode, ByteItem>(definition, logger)
{
    private readonly EntryCodec<ByteItem> _codec = new(definition, definition.Serializer, clock, logger);

    public override CallRules RulesOf(ByteNode node) => node.Rules;

    public override EntryCodec<ByteItem> CodecOf(ByteNode node) => _codec;

    public override EntryRead? Peek(string key, ReadOnlyMemory<byte> bytes) => _codec.Peek(key, bytes);

    public override bool TryRead(ByteNode node, ref ByteItem value, ReadOnlyMemory<byte>? copy) => value.TryUse(clock.Now);

    public override ReadOnlyMemory<byte>? MakeCopy(ByteItem value) => null;

    public override ByteItem Keep(ByteItem value) => value.WithArrayOfItsOwn(clock.Now);

    public override TimeSpan? IdleLife(ByteItem value) => value.Sliding is { } sliding ? ByteLife.IdleLife(sliding) : null;
}
