using Cacheme.DependencyInjection;
using Cacheme.MySql;

[assembly: MySqlModule]

namespace Cacheme.MySql;

/// <summary>Teaches Cacheme the addresses <c>mysql://</c> and <c>mariadb://</c>.</summary>
/// <remarks>AddCacheme finds it by itself; an application published without its list of assemblies adds it by <see cref="CachemeBuilder.AddModule"/>.</remarks>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class MySqlModule : CachemeModuleAttribute
{
    /// <inheritdoc/>
    public override void Register(CachemeBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        foreach (var scheme in (string[])["mysql", "mariadb"])
        {
            builder.AddStorageScheme(scheme, static (services, url) => MySqlStorage.Connecting(services, MySqlConfiguration.Parse(url)));
        }
    }
}
