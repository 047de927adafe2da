using System.Collections.Concurrent;
using Cacheme.Nodes;
using Cacheme.Serialization;
using Cacheme.Storage;
using Cacheme.Telemetry;
using Microsoft.Extensions.Logging;

namespace Cacheme.Pipeline;

/// <summary>A node's values as entries of remote storages, and back. Whatever goes wrong is counted and logged, never thrown at a reader.</summary>
internal sealed class EntryCodec<TValue>(NodeDefinition definition, ICacheSerializer serializer, CacheClock clock, ILogger logger)
{
    /// <summary>How long an entry that is whole but not ours is left to whoever wrote it.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    private readonly EntryWriter _writer = new(definition.Owner, serializer, definition.MaxPayload);
    private readonly EntryReader _reader = new(definition.Owner, serializer, definition.MaxPayload);
    private readonly ConcurrentDictionary<(string Storage, EntryStatus Status), bool> _logged = [];

    /// <summary>Reads an entry.</summary>
    /// <param name="storage">Where it was.</param>
    /// <param name="key">The key it was under.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="found">The value and its times.</param>
    /// <param name="leaveAlone">Whether it is somebody else's and should not be written over.</param>
    public bool TryRead(string storage, string key, ReadOnlyMemory<byte> bytes, out FoundValue<TValue> found, out bool leaveAlone)
    {
        found = default;
        var read = _reader.Read(bytes, key, clock.UnixNow);
        leaveAlone = IsOfSomebodyElse(read);
        if (read.Status == EntryStatus.Expired)
        {
            return false;
        }

        if (read.Status != EntryStatus.Ok)
        {
            Refused(storage, read.Status);
            return false;
        }

        if (read.IsNull)
        {
            found = Found(read, default!, null); // null is what was stored.
            leaveAlone = !definition.Policy.CachesNull && IsYoung(read.StartedAt);
            return definition.Policy.CachesNull;
        }

        try
        {
            found = Found(read, serializer.Deserialize<TValue>(read.Payload), definition.Policy.CopiesValues ? read.Payload : default(ReadOnlyMemory<byte>?));
            return true;
        }
        catch (Exception error)
        {
            definition.Counters.SerializationError();
            Log.DeserializationFailed(logger, definition.Name, storage, error);
            leaveAlone = IsYoung(read.StartedAt);
            return false;
        }
    }

    /// <summary>Reads what an entry says beside its value; null where it is none of this node's that lives. In which form the value is does not matter.</summary>
    public EntryRead? Peek(string key, ReadOnlyMemory<byte> bytes) =>
        _reader.Read(bytes, key, clock.UnixNow) is { Status: EntryStatus.Ok or EntryStatus.OtherCodec or EntryStatus.TooLarge } read ? read : null;

    /// <summary>Writes an entry; null when it cannot be written.</summary>
    /// <param name="key">The key it is for.</param>
    /// <param name="value">The value, and when it came about.</param>
    /// <param name="expiresAt">When the entry expires, Unix milliseconds; null for never.</param>
    /// <param name="throws">Whether a value that cannot be serialized is an error.</param>
    /// <exception cref="Exception">What the serializer throws, if <paramref name="throws"/>.</exception>
    public ReadOnlyMemory<byte>? TryWrite(string key, FoundValue<TValue> value, long? expiresAt, bool throws)
    {
        var header = new EntryHeader(value.StartedAt, expiresAt, value.Known, definition.Bus?.Writer ?? 0, value.Tags, value.IsGiven);
        if (value.Value is null)
        {
            var none = _writer.WriteNull(key, header);
            definition.Counters.WriteEntry(none.Length);
            return none;
        }

        try
        {
            if (_writer.TryWrite(key, value.Value, header, out var entry))
            {
                definition.Counters.WriteEntry(entry.Length);
                return entry;
            }

            Log.PayloadTooLarge(logger, definition.Name, definition.MaxPayload);
            definition.Counters.SerializationError();
            return null;
        }
        catch (Exception error)
        {
            definition.Counters.SerializationError();
            Log.SerializationFailed(logger, definition.Name, error);
            if (throws)
            {
                throw;
            }

            return null;
        }
    }

    private static FoundValue<TValue> Found(EntryRead read, TValue value, ReadOnlyMemory<byte>? copy) =>
        new(value, copy, read.StartedAt, read.ExpiresAt, 0, read.Known) { IsGiven = read.IsGiven, Writer = read.Writer, Tags = EntryReader.TagsOf(read) };

    private bool IsOfSomebodyElse(EntryRead read) => read.Status switch
    {
        EntryStatus.UnknownVersion => true,
        EntryStatus.OtherNode or EntryStatus.OtherKey or EntryStatus.OtherCodec or EntryStatus.TooLarge => IsYoung(read.StartedAt),
        _ => false,
    };

    private bool IsYoung(long startedAt) => clock.UnixNow - startedAt < (long)Grace.TotalMilliseconds;

    private void Refused(string storage, EntryStatus status)
    {
        definition.Counters.SerializationError();
        if (_logged.TryAdd((storage, status), true))
        {
            Log.UnreadableEntry(logger, definition.Name, storage, status.ToString());
        }
    }
}
