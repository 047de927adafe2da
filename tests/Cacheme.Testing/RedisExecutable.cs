using Xunit.v3;

namespace Cacheme.Testing;

/// <summary>The redis-server that is installed, if one is.</summary>
internal static class RedisExecutable
{
    /// <summary>Where it is; null when it is not installed.</summary>
    public static string? Path { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => System.IO.Path.Combine(folder, "redis-server"))
            .FirstOrDefault(File.Exists);

    /// <summary>Where it is. Skips the test when it is not installed, or fails it where CACHEME_REQUIRE_SERVERS is 1.</summary>
    public static string Require()
    {
        const string Reason = "redis-server is not installed. eng/test.sh installs it on Debian and Ubuntu; elsewhere use the system's package, such as 'brew install redis'.";
        var required = Environment.GetEnvironmentVariable("CACHEME_REQUIRE_SERVERS") == "1";
        return Path ?? throw new InvalidOperationException(required ? Reason : DynamicSkipToken.Value + Reason);
    }
}
