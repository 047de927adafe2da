namespace Cacheme.Storage;

/// <summary>One value to be written.</summary>
/// <param name="Key">The full key.</param>
/// <param name="Value">The bytes. Nobody changes them or uses their memory again, not even when the wait for the write was given up.</param>
/// <param name="TimeToLive">How long the value may be read, to the millisecond; null for ever.</param>
public readonly record struct StorageWrite(string Key, ReadOnlyMemory<byte> Value, TimeSpan? TimeToLive);
