using Cacheme;
using Cacheme.DependencyInjection;
using Cacheme.Distributed;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a cache of bytes, for the faces of other frameworks.</summary>
public static class ByteCacheCachemeBuilderExtensions
{
    /// <summary>Registers an <see cref="IByteCache"/> over a chain of storages, as a keyed service, and as a policy of its name.</summary>
    /// <remarks>A remote chain needs a storage that carries invalidations, for removals by tag. In memory before a remote storage the ttl is the most that a value lives, whatever a call says.</remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="name">Its name, in keys and in statistics; unique among nodes and policies.</param>
    /// <param name="configure">Its policy. Of what it says about values only MaxPayload counts: they are bytes.</param>
    public static CachemeBuilder AddByteCache(this CachemeBuilder builder, string name, Action<NodePolicyBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddPolicy(name, configure);
        builder.AddFace(name, static (host, name) => host.ByteCaches.Of(name, name, hasTags: true));
        builder.Services.AddKeyedSingleton<IByteCache>(
            name, static (services, name) => new TaggedByteCache(services.GetRequiredService<CachemeHost>().ByteCaches.Of((string)name!, (string)name!, hasTags: true))); // Not null: it is the name.
        return builder;
    }
}
