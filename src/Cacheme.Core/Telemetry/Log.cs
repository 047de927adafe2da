using Microsoft.Extensions.Logging;

namespace Cacheme.Telemetry;

/// <summary>Every log event of the core, numbered. None of them holds a key or a value.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "Storage '{Storage}' failed at {Operation}; the request goes on without it.")]
    public static partial void StorageFailed(ILogger logger, string storage, string operation, Exception exception);

    [LoggerMessage(2, LogLevel.Error, "Storage '{Storage}' fails too often: its circuit is open. Nothing is asked of it until a probe succeeds; the first comes in {BreakDuration}.")]
    public static partial void CircuitOpened(ILogger logger, string storage, TimeSpan breakDuration);

    [LoggerMessage(3, LogLevel.Information, "Storage '{Storage}' works again: its circuit is closed.")]
    public static partial void CircuitClosed(ILogger logger, string storage);

    [LoggerMessage(4, LogLevel.Warning, "Storage '{Storage}' could not be reached when the host started; it is tried again when it is needed.")]
    public static partial void StorageNotReachedAtStart(ILogger logger, string storage, Exception exception);

    [LoggerMessage(5, LogLevel.Error, "Storage '{Storage}' has more than {Limit} removals waiting for it: this process does not read from it until their entries have expired.")]
    public static partial void TooManyPendingRemovals(ILogger logger, string storage, int limit);

    [LoggerMessage(6, LogLevel.Warning, "Nodes '{Node}' and '{Other}' produce the same key: neither gets the other's value, and they take turns in the cache. Give one of them another key or version.")]
    public static partial void SharedKey(ILogger logger, string node, string other);

    [LoggerMessage(7, LogLevel.Warning, "An entry of node '{Node}' in storage '{Storage}' is {Status}; it counts as a miss.")]
    public static partial void UnreadableEntry(ILogger logger, string node, string storage, string status);

    [LoggerMessage(8, LogLevel.Warning, "An entry of node '{Node}' in storage '{Storage}' could not be deserialized; it counts as a miss.")]
    public static partial void DeserializationFailed(ILogger logger, string node, string storage, Exception exception);

    [LoggerMessage(9, LogLevel.Error, "A value of node '{Node}' could not be serialized; it stays out of the remote storages.")]
    public static partial void SerializationFailed(ILogger logger, string node, Exception exception);

    [LoggerMessage(10, LogLevel.Warning, "A value of node '{Node}' is larger than {Limit} bytes; it stays out of the remote storages. Its policy's MaxPayload sets the limit.")]
    public static partial void PayloadTooLarge(ILogger logger, string node, int limit);

    [LoggerMessage(11, LogLevel.Debug, "A load of node '{Node}' failed.")]
    public static partial void LoadFailed(ILogger logger, string node, Exception exception);

    [LoggerMessage(12, LogLevel.Warning, "appsettings configure the node '{Node}', which is not registered. Registered are: {Known}.")]
    public static partial void UnknownConfiguredNode(ILogger logger, string node, string known);

    [LoggerMessage(13, LogLevel.Warning, "A local copy of a value of node '{Node}' could not be read back; it counts as a miss.")]
    public static partial void CopyFailed(ILogger logger, string node, Exception exception);

    [LoggerMessage(14, LogLevel.Information, "What other processes invalidated cannot be read in full from storage '{Storage}', as after a long absence or a loss of its data: the local entries of its nodes are dropped.")]
    public static partial void InvalidationsMissed(ILogger logger, string storage);

    [LoggerMessage(16, LogLevel.Error, "The tags of a value of node '{Node}' could not be computed; it is handed out, and stored nowhere.")]
    public static partial void TagsFailed(ILogger logger, string node, Exception exception);

    [LoggerMessage(20, LogLevel.Error, "A key that HybridCache '{Node}' was given {Fault}: the call goes past the cache.")]
    public static partial void KeyRefused(ILogger logger, string node, string fault);

    [LoggerMessage(15, LogLevel.Error, "Reading the invalidations of storage '{Storage}' failed; it is tried again.")]
    public static partial void InvalidationsFailed(ILogger logger, string storage, Exception exception);
}
