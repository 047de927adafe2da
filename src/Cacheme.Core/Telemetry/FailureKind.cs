using System.Data.Common;
using System.Net.Sockets;

namespace Cacheme.Telemetry;

/// <summary>Sorts what drivers throw into few kinds, since each is a series of its own for every operation.</summary>
internal static class FailureKind
{
    /// <summary>The kind of a failure: <c>timeout</c>, <c>connection</c>, or <c>_OTHER</c>, as OpenTelemetry calls the rest.</summary>
    public static string Of(Exception error) =>
        error is TimeoutException ? "timeout"
        : error is IOException or SocketException or DbException { IsTransient: true } || error.GetType().Name.Contains("Connection", StringComparison.Ordinal) ? "connection"
        : "_OTHER";
}
