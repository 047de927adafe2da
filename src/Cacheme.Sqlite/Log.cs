using Microsoft.Extensions.Logging;

namespace Cacheme.Sqlite;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "The file {Path} is damaged or no SQLite database, and is not used. Move or delete it; Cacheme makes a new one. This is said once for a file.")]
    public static partial void FileDamaged(ILogger logger, string path, Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "Expired rows of {Path} could not be deleted. They are not read; the next sweep tries again.")]
    public static partial void SweepFailed(ILogger logger, string path, Exception exception);

    [LoggerMessage(3, LogLevel.Debug, "Deleted {Count} expired rows of {Path}.")]
    public static partial void Swept(ILogger logger, long count, string path);
}
