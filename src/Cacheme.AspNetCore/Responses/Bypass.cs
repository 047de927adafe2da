namespace Cacheme.AspNetCore.Responses;

/// <summary>Why the cache is not asked for a request.</summary>
/// <param name="Forward">As RFC 9211 says it: method, request, or bypass.</param>
/// <param name="Detail">More of it; null for nothing more.</param>
internal sealed record Bypass(string Forward, string? Detail = null)
{
    /// <summary>It changes something.</summary>
    public static Bypass Method { get; } = new("method");

    /// <summary>The client asks for it: <c>Cache-Control: no-store</c>.</summary>
    public static Bypass NoStore { get; } = new("request");

    /// <summary>What stands before the handler has said that the response is not to be stored.</summary>
    public static Bypass NoStoreSaid { get; } = new("bypass", "no-store");

    /// <summary>Something is wrong with the request: filters run after a failed binding too, with default arguments.</summary>
    public static Bypass BadRequest { get; } = new("bypass", "bad-request");

    /// <summary>It is somebody's, and the endpoint does not say how its entries vary.</summary>
    public static Bypass Authorization { get; } = new("bypass", "authorization");

    /// <summary>It has not what the node is made of, such as the user that it varies by.</summary>
    public static Bypass NoNode { get; } = new("bypass", "no-node");

    /// <summary>The cache refuses the key.</summary>
    public static Bypass Key { get; } = new("bypass", "key");
}
