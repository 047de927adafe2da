using Microsoft.Extensions.Logging;

namespace Cacheme.Sqlite;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "The file {Path} is damaged or no SQLite database, and is not used. Move or delete it; Cacheme makes a new one. This is said once for a file.")]
    public static partial void FileDamaged(ILogger logger, string path, Exception exception);
}
