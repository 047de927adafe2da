using System.Buffers;
using System.ComponentModel;
using System.Reflection;
using System.Runtime.CompilerServices;
using Cacheme.Nodes;
using Cacheme.Pipeline;
using Cacheme.Serialization;
using Cacheme.Telemetry;
using Microsoft.Extensions.Logging;

namespace Cacheme.Hybrid;

/// <summary>What a cache knows of one type: whether its values may be shared, and how they are written. Thread-safe.</summary>
internal sealed class HybridType<T> : HybridType
{
    private readonly ICacheSerializer _serializer;
    private readonly NodeDefinition _definition;
    private readonly ILogger _logger;

    public HybridType(NodeDefinition definition, CallRules rules, ICacheSerializer serializer, CacheClock clock, ILogger logger)
        : this(definition, rules, new HybridItemSerializer<T>(serializer), serializer, clock, logger)
    {
    }

    private HybridType(
        NodeDefinition definition, CallRules rules, HybridItemSerializer<T> items, ICacheSerializer serializer, CacheClock clock, ILogger logger)
        : base(new EntryCodec<HybridItem>(definition, items, clock, logger), rules)
    {
        items.Type = this;
        _definition = definition;
        _serializer = serializer;
        _logger = logger;
    }

    /// <summary>Whether nobody can change a value, so that all callers may have the same one.</summary>
    public bool IsImmutable { get; } =
        typeof(T) == typeof(string)
        || !RuntimeHelpers.IsReferenceOrContainsReferences<T>()
        || IsMarked(Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T));

    private static bool IsMarked(Type type) =>
        (type.IsSealed || type.IsValueType) && type.GetCustomAttribute<ImmutableObjectAttribute>(inherit: false) is { Immutable: true };

    public override bool TryOwn(ref HybridItem item)
    {
        if (item is not HybridItem<T> typed || !typed.TryOwn(out var own))
        {
            return false;
        }

        item = own;
        return true;
    }

    /// <exception cref="Exception">What the serializer throws.</exception>
    public ReadOnlyMemory<byte> Serialize(T value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        _serializer.Serialize(value, buffer);
        return buffer.WrittenMemory;
    }

    /// <summary>Reads a copy. What fails is counted and logged.</summary>
    public bool TryDeserialize(ReadOnlyMemory<byte> bytes, out T value)
    {
        try
        {
            value = _serializer.Deserialize<T>(bytes);
            return true;
        }
        catch (Exception error)
        {
            _definition.Counters.SerializationError();
            Log.CopyFailed(_logger, _definition.Name, error);
            value = default!; // Not read: there is no copy.
            return false;
        }
    }
}
