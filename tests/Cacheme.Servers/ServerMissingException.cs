namespace Cacheme.Servers;

/// <summary>A server's program is not installed. The reason says the cure.</summary>
/// <remarks>A test that meets it is skipped, since xunit calls those skipped whose exception begins with a certain mark, or fails where CACHEME_REQUIRE_SERVERS is 1.</remarks>
public sealed class ServerMissingException(string reason) : Exception(Mark + reason)
{
    private static readonly string Mark =
        Environment.GetEnvironmentVariable("CACHEME_REQUIRE_SERVERS") == "1" ? "" : "$XunitDynamicSkip$";

    /// <summary>What is missing, and how it is had.</summary>
    public string Reason { get; } = reason;
}
