namespace Cacheme.MySql;

/// <summary>What the server and the table take.</summary>
/// <param name="LargestPacket">The server's <c>max_allowed_packet</c> in bytes.</param>
/// <param name="LongestKey">The bytes that the key's column holds; some servers cut what is longer.</param>
internal sealed record MySqlLimits(long LargestPacket, int LongestKey)
{
    /// <summary>Before the first connection.</summary>
    public static MySqlLimits Unknown { get; } = new(16 * 1024 * 1024, MySqlDialect.LongestIndexedKey);
}
