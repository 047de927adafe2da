using Cacheme.DependencyInjection;
using Cacheme.Postgres;

[assembly: PostgresModule]

namespace Cacheme.Postgres;

/// <summary>Teaches Cacheme the addresses <c>postgresql://</c> and <c>postgres://</c>.</summary>
/// <remarks>AddCacheme finds it by itself; an application published without its list of assemblies adds it by <see cref="CachemeBuilder.AddModule"/>.</remarks>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class PostgresModule : CachemeModuleAttribute
{
    /// <inheritdoc/>
    public override void Register(CachemeBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        foreach (var scheme in (string[])["postgresql", "postgres"])
        {
            builder.AddStorageScheme(scheme, static (services, url) => PostgresStorage.Connecting(services, PostgresConfiguration.Parse(url)));
        }
    }
}
