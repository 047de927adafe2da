using Cacheme;
using Cacheme.AspNetCore.OutputCaching;
using Cacheme.DependencyInjection;
using Microsoft.AspNetCore.OutputCaching;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Lets output caching keep its responses in storages of Cacheme.</summary>
public static class OutputCacheCachemeBuilderExtensions
{
    private const string Name = "output";

    // The longest body that output caching stores unless told otherwise, with room for its headers: it is the one to say what is too large.
    private const int LargestResponse = (64 * 1024 * 1024) + (64 * 1024);

    /// <summary>Registers a store for output caching over a chain of storages, such as memory before Redis.</summary>
    /// <inheritdoc cref="AddOutputCacheStore(CachemeBuilder, Action{NodePolicyBuilder})"/>
    /// <param name="builder">The builder.</param>
    /// <param name="storages">The names of the storages, nearest first.</param>
    public static CachemeBuilder AddOutputCacheStore(this CachemeBuilder builder, params string[] storages)
    {
        ArgumentNullException.ThrowIfNull(storages);
        return builder.AddOutputCacheStore(policy => Array.ForEach(storages, storage => policy.Cache(storage)));
    }

    /// <summary>Registers a store for output caching over a chain of storages.</summary>
    /// <remarks>
    /// The application goes on calling AddOutputCache and UseOutputCache; this takes the place of its store, before or after. How
    /// long a response lives is what its output caching policy says; in memory before a remote storage the ttl that is said here
    /// is also the most. How large a response may be is what <see cref="OutputCacheOptions.MaximumBodySize"/> says; over 64 MiB MaxPayload is to be raised too. An eviction by tag holds in every process
    /// that shares the storage. In statistics its name is <c>output</c>.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Its chain, and what it may cost.</param>
    public static CachemeBuilder AddOutputCacheStore(this CachemeBuilder builder, Action<NodePolicyBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        builder.AddByteCache(Name, policy =>
        {
            policy.MaxPayload(LargestResponse);
            configure(policy);
        });
        builder.Services.AddSingleton<IOutputCacheStore>(static services => new CachemeOutputCacheStore(services.GetRequiredKeyedService<IByteCache>(Name)));
        return builder;
    }
}
