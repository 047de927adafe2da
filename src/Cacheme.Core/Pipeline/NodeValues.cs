using Cacheme.Nodes;
using Cacheme.Storage;
using Cacheme.Telemetry;
using Microsoft.Extensions.Logging;

namespace Cacheme.Pipeline;

/// <summary>What the pipeline asks of a call and of its value: the call's rules, the form of its entries, and what callers get of the value.</summary>
/// <remarks>What fails is counted and logged. Thread-safe.</remarks>
internal abstract class NodeValues<TNode, TValue>(NodeDefinition definition, ILogger logger)
{
    /// <summary>What the call asks for beyond the node's policy.</summary>
    public abstract CallRules RulesOf(TNode node);

    /// <summary>The form of the call's entries in remote tiers.</summary>
    public abstract EntryCodec<TValue> CodecOf(TNode node);

    /// <summary>Reads what an entry says beside its value; null where it is none of this node's that lives.</summary>
    public abstract EntryRead? Peek(string key, ReadOnlyMemory<byte> bytes);

    /// <summary>Makes a found value what this caller gets: a copy of his own, where copies are handed out.</summary>
    /// <param name="node">The caller's.</param>
    /// <param name="value">The value.</param>
    /// <param name="copy">The serialized value, where the tier keeps that.</param>
    /// <returns>False when it does not serve this caller, or cannot be read: a miss.</returns>
    public abstract bool TryRead(TNode node, ref TValue value, ReadOnlyMemory<byte>? copy);

    /// <summary>Serializes the value to copy from; null where the value itself is kept.</summary>
    /// <exception cref="Exception">What the serializer throws.</exception>
    public abstract ReadOnlyMemory<byte>? MakeCopy(TValue value);

    /// <summary>What a local tier keeps of a value.</summary>
    public abstract TValue Keep(TValue value);

    /// <summary>How long remote tiers keep a value that nobody uses, since a use prolongs that; null where it only ends as the tiers and the call say.</summary>
    public virtual TimeSpan? IdleLife(TValue value) => null;

    /// <summary>The value that a caller gets of what a flight brought; when its copy cannot be read, the value as it was brought.</summary>
    public TValue Of(TNode node, FlightResult<TValue> result)
    {
        var value = result.Lookup.Value;
        TryRead(node, ref value, result.Copy);
        return value;
    }

    /// <summary>Serializes the value to copy from. False when that fails; the value cannot be stored then.</summary>
    public bool TryMakeCopy(ref FoundValue<TValue> found)
    {
        try
        {
            found = found with { Copy = found.Copy ?? MakeCopy(found.Value) };
            return true;
        }
        catch (Exception error)
        {
            definition.Counters.SerializationError();
            Log.SerializationFailed(logger, definition.Name, error);
            return false;
        }
    }

    /// <summary>Notes that a copy could not be read.</summary>
    protected void CopyFailed(Exception error)
    {
        definition.Counters.SerializationError();
        Log.CopyFailed(logger, definition.Name, error);
    }
}
