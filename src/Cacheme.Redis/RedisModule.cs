using Cacheme.DependencyInjection;
using Cacheme.Redis;

[assembly: RedisModule]

namespace Cacheme.Redis;

/// <summary>Teaches Cacheme the addresses <c>redis://</c> and, with TLS, <c>rediss://</c>.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class RedisModule : CachemeModuleAttribute
{
    /// <inheritdoc />
    public override void Register(CachemeBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        foreach (var scheme in (string[])["redis", "rediss"])
        {
            builder.AddStorageScheme(scheme, (services, url) => RedisStorage.Connecting(RedisConfiguration.Parse(url), services));
        }
    }
}
