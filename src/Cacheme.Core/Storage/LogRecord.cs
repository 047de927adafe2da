namespace Cacheme.Storage;

/// <summary>A record of an <see cref="IInvalidationLog"/>.</summary>
/// <param name="Sequence">Its place: over zero, and higher than that of every record before it.</param>
/// <param name="Bytes">What was appended.</param>
public readonly record struct LogRecord(long Sequence, ReadOnlyMemory<byte> Bytes);
