namespace Cacheme.Sql;

/// <summary>A record that is to be appended to a log.</summary>
/// <param name="Log">The log's keys.</param>
/// <param name="First">Its number where the log is new.</param>
/// <param name="Record">Its bytes.</param>
public readonly record struct SqlAppend(LogKeys Log, long First, ReadOnlyMemory<byte> Record);
