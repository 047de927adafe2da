namespace Cacheme.AspNetCore;

/// <summary>What holds for all endpoints that nodes cache. Set with <c>services.Configure&lt;CachemeEndpointOptions&gt;</c>.</summary>
public sealed class CachemeEndpointOptions
{
    /// <summary>The most bytes of bodies that are kept beside values in memory, so that a hit writes them as they are; 64 MiB unless said, 0 for none.</summary>
    /// <remarks>Where there are more, those that were not used for longest go; their values stay, and are written anew.</remarks>
    public long BodySizeLimit { get; set; } = 64 * 1024 * 1024;
}
