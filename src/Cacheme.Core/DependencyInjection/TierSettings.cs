namespace Cacheme.DependencyInjection;

/// <summary>What appsettings say of one link of a chain.</summary>
internal sealed class TierSettings
{
    public string? Storage { get; set; }

    public TimeSpan? Ttl { get; set; }
}
