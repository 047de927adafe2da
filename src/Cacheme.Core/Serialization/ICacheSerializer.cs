using System.Buffers;

namespace Cacheme.Serialization;

/// <summary>Turns values into bytes and back, for the tiers outside this process's memory.</summary>
/// <remarks>
/// Implementations are immutable and called from many threads at once. They never see null: the entry itself says so.
/// Bytes come from a storage that others may write to: an implementation treats them as untrusted, and throws at bytes it
/// cannot read, which the caller counts as a miss.
/// </remarks>
public interface ICacheSerializer
{
    /// <summary>The name written into each entry; an entry with another name is not read. It changes when the bytes' form changes.</summary>
    string Name { get; }

    /// <summary>Writes the value's bytes.</summary>
    /// <typeparam name="T">The declared type of the node's value.</typeparam>
    /// <param name="value">The value, not null.</param>
    /// <param name="destination">Where the bytes go.</param>
    void Serialize<T>(T value, IBufferWriter<byte> destination);

    /// <summary>Reads a value back.</summary>
    /// <typeparam name="T">The declared type of the node's value.</typeparam>
    /// <param name="source">The bytes; they are valid for as long as the value lives.</param>
    T Deserialize<T>(ReadOnlyMemory<byte> source);
}
