using System.Buffers;
using Cacheme.Nodes;
using Cacheme.Storage;
using Microsoft.Extensions.Logging;

namespace Cacheme.Pipeline;

/// <summary>The values of a node whose policy says the same for every call: handed out by reference, or as copies where it says so.</summary>
internal sealed class DeclaredValues<TNode, TValue>(NodeDefinition definition, CacheClock clock, ILogger logger) : NodeValues<TNode, TValue>(definition, logger)
{
    private readonly NodeDefinition _definition = definition;
    private readonly EntryCodec<TValue> _codec = new(definition, definition.Serializer, clock, logger);

    public override CallRules RulesOf(TNode node) => CallRules.None;

    public override EntryCodec<TValue> CodecOf(TNode node) => _codec;

    public override EntryRead? Peek(string key, ReadOnlyMemory<byte> bytes) => _codec.Peek(key, bytes);

    public override bool TryRead(TNode node, ref TValue value, ReadOnlyMemory<byte>? copy)
    {
        if (copy is not { } bytes)
        {
            return true;
        }

        try
        {
            value = _definition.Serializer.Deserialize<TValue>(bytes);
            return true;
        }
        catch (Exception error)
        {
            CopyFailed(error);
            return false;
        }
    }

    public override ReadOnlyMemory<byte>? MakeCopy(TValue value)
    {
        if (!_definition.Policy.CopiesValues || value is null)
        {
            return null;
        }

        var buffer = new ArrayBufferWriter<byte>();
        _definition.Serializer.Serialize(value, buffer);
        return buffer.WrittenMemory;
    }

    public override TValue Keep(TValue value) => value;
}
