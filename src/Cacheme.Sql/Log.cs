using Microsoft.Extensions.Logging;

namespace Cacheme.Sql;

internal static partial class Log
{
    [LoggerMessage(2, LogLevel.Warning, "Expired rows of {Place} could not be deleted. They are not read; the next sweep tries again.")]
    public static partial void SweepFailed(ILogger logger, string place, Exception exception);

    [LoggerMessage(3, LogLevel.Debug, "Deleted {Count} expired rows of {Place}.")]
    public static partial void Swept(ILogger logger, long count, string place);
}
