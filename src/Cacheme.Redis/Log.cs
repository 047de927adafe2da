using Microsoft.Extensions.Logging;

namespace Cacheme.Redis;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "Redis refuses the channel '{Channel}': what other processes invalidate is heard of when the log is read, not at once. Grant the user that channel and the commands PUBLISH and SUBSCRIBE, on a cluster (Redis 7 and later) SPUBLISH and SSUBSCRIBE. This is said once until it is granted.")]
    public static partial void ChannelRefused(ILogger logger, string channel, Exception exception);
}
