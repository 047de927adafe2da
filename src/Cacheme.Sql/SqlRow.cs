namespace Cacheme.Sql;

/// <summary>One row to be written.</summary>
/// <param name="Key">The key's bytes.</param>
/// <param name="Value">The value.</param>
/// <param name="ExpiresAt">When it expires, in milliseconds since 1970; null for never.</param>
public readonly record struct SqlRow(byte[] Key, ReadOnlyMemory<byte> Value, long? ExpiresAt);
