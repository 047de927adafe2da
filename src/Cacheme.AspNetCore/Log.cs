using Microsoft.Extensions.Logging;

namespace Cacheme.AspNetCore;

/// <summary>Every log event of this package, numbered.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "The endpoint '{Endpoint}' has CacheWith<{Node}> and asks for authorization: it is never answered from the cache. Take one of the two away.")]
    public static partial void NeverCached(ILogger logger, string? endpoint, string node);
}
