using Cacheme.DependencyInjection;
using Cacheme.MongoDB;

[assembly: MongoModule]

namespace Cacheme.MongoDB;

/// <summary>Teaches Cacheme the addresses <c>mongodb://</c> and <c>mongodb+srv://</c>.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class MongoModule : CachemeModuleAttribute
{
    /// <inheritdoc />
    public override void Register(CachemeBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        foreach (var scheme in (string[])["mongodb", "mongodb+srv"])
        {
            builder.AddStorageScheme(scheme, (services, url) => MongoStorage.Connecting(services, MongoConfiguration.Parse(url)));
        }
    }
}
