using System.Buffers;
using Cacheme.Nodes;
using Cacheme.Telemetry;
using Microsoft.Extensions.Logging;

namespace Cacheme.Pipeline;

/// <summary>The copies that a node hands out in place of the value itself, where its policy says so. What fails is counted and logged.</summary>
internal sealed class ValueCopies<TValue>(NodeDefinition definition, ILogger logger)
{
    /// <summary>Takes the caller's own copy. False when there is one to take and it cannot be read.</summary>
    public bool TryRead(ref TValue value, ReadOnlyMemory<byte>? copy)
    {
        if (copy is not { } bytes)
        {
            return true;
        }

        try
        {
            value = definition.Serializer.Deserialize<TValue>(bytes);
            return true;
        }
        catch (Exception error)
        {
            definition.Counters.SerializationError();
            Log.CopyFailed(logger, definition.Name, error);
            return false;
        }
    }

    /// <summary>The value that a caller gets of what a flight brought; when its copy cannot be read, the value as it was brought.</summary>
    public TValue Of(FlightResult<TValue> result)
    {
        var value = result.Lookup.Value;
        TryRead(ref value, result.Copy);
        return value;
    }

    /// <summary>Serializes the value to copy from. False when that fails; the value cannot be stored then.</summary>
    public bool TryMake(ref FoundValue<TValue> found)
    {
        try
        {
            found = found with { Copy = found.Copy ?? Make(found.Value) };
            return true;
        }
        catch (Exception error)
        {
            definition.Counters.SerializationError();
            Log.SerializationFailed(logger, definition.Name, error);
            return false;
        }
    }

    /// <summary>Serializes the value to copy from; null where the node hands out the value itself.</summary>
    /// <exception cref="Exception">What the serializer throws.</exception>
    public ReadOnlyMemory<byte>? Make(TValue value)
    {
        if (!definition.Policy.CopiesValues || value is null)
        {
            return null;
        }

        var buffer = new ArrayBufferWriter<byte>();
        definition.Serializer.Serialize(value, buffer);
        return buffer.WrittenMemory;
    }
}
