namespace Cacheme.Storage;

/// <summary>What a storage holds under a key: bytes (possibly none), or nothing at all.</summary>
public readonly struct StoredValue
{
    /// <summary>Makes a value that exists.</summary>
    /// <param name="bytes">Its bytes; an empty value exists too.</param>
    public StoredValue(ReadOnlyMemory<byte> bytes)
    {
        Exists = true;
        Bytes = bytes;
    }

    /// <summary>The answer for a key that is not there.</summary>
    public static StoredValue Absent => default;

    /// <summary>Whether the key is there.</summary>
    public bool Exists { get; }

    /// <summary>The bytes; empty when the key is not there.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }
}
