namespace Cacheme.Storage;

/// <summary>One value to be written.</summary>
/// <param name="Key">The full key.</param>
/// <param name="Value">The bytes; they stay as they are until the write has ended.</param>
/// <param name="TimeToLive">How long the value may be read, to the millisecond; null for ever.</param>
public readonly record struct StorageWrite(string Key, ReadOnlyMemory<byte> Value, TimeSpan? TimeToLive);
