using Cacheme.DependencyInjection;
using Cacheme.Sqlite;

[assembly: SqliteModule]

namespace Cacheme.Sqlite;

/// <summary>Teaches Cacheme addresses of the form <c>sqlite:///path/to/file.db</c>.</summary>
/// <remarks>AddCacheme finds it by itself; an application published without its list of assemblies adds it by <see cref="CachemeBuilder.AddModule"/>.</remarks>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class SqliteModule : CachemeModuleAttribute
{
    /// <inheritdoc/>
    public override void Register(CachemeBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddStorageScheme("sqlite", static (services, url) =>
        {
            var address = SqliteAddress.Read(url);
            return SqliteStorage.Create(services, address.ConnectionString, address.Options);
        });
    }
}
