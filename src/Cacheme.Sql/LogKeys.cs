using System.Buffers.Binary;

namespace Cacheme.Sql;

/// <summary>The keys of a log's rows in the storage's own table. They are no UTF-8, so they are no node's.</summary>
/// <param name="name">The log's name.</param>
public sealed class LogKeys(string name)
{
    private const byte Mark = 0xFF;

    /// <summary>The log's name.</summary>
    public string Name { get; } = name;

    /// <summary>The key of the row that says the last number.</summary>
    public byte[] Head { get; } = [.. SqlKey.Encode(name), Mark];

    /// <summary>The key of a record; keys are in the order of the numbers.</summary>
    /// <param name="number">Its number; 0 for any below.</param>
    public byte[] Of(long number) => [.. Head, .. Encode(Math.Max(0, number))];

    /// <summary>The number of a record.</summary>
    /// <param name="key">The record's key.</param>
    public long NumberOf(byte[] key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return BinaryPrimitives.ReadInt64BigEndian(key.AsSpan(Head.Length));
    }

    /// <summary>A number as the head's row has it for its value, and as a record's key ends: eight bytes, the highest first.</summary>
    /// <param name="number">The number.</param>
    public static byte[] Encode(long number)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return bytes;
    }

    /// <summary>The number of eight bytes.</summary>
    /// <param name="bytes">What <see cref="Encode"/> gives.</param>
    public static long Decode(byte[] bytes) => BinaryPrimitives.ReadInt64BigEndian(bytes);
}
