using System.Collections.Frozen;
using Cacheme.Distributed;
using Cacheme.Hybrid;
using Cacheme.Invalidation;
using Cacheme.Nodes;
using Cacheme.Pipeline;
using Cacheme.Telemetry;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Cacheme.DependencyInjection;

/// <summary>Everything of one host: its storages, its caches, its face. Made when the host starts; what is wrong fails then.</summary>
internal sealed class CachemeHost : IAsyncDisposable, IDisposable
{
    private static readonly TimeSpan TagSweepInterval = TimeSpan.FromSeconds(30);

    private readonly NodeStorages _storages;
    private readonly FrozenDictionary<Type, object> _handles;
    private readonly ITimer _tagSweep;
    private int _isDisposed;

    /// <exception cref="CachemeSetupException">The set-up cannot work; the message has every fault.</exception>
    public CachemeHost(CachemeRegistrations registrations, IServiceProvider services)
    {
        var faults = new List<string>();
        var settings = Settings(services);
        var logger = new CarefulLogger((services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("Cacheme"));
        var clock = new CacheClock(services.GetRequiredService<TimeProvider>());
        var meter = services.GetRequiredService<CachemeMeter>();
        var prefix = settings.Prefix ?? registrations.Prefix;
        _storages = new StorageFactory(registrations, settings, prefix, services, clock, meter, logger).Create(faults);
        _tagSweep = clock.Time.CreateTimer(_ => _storages.SweepTags(), null, TagSweepInterval, TagSweepInterval);
        var resolver = new NodeResolver(_storages, prefix, settings.MaxKeyLength ?? registrations.MaxKeyLength, meter);
        var builder = new NodeBuilder(resolver, settings.Apply, clock, services.GetRequiredService<IServiceScopeFactory>(), logger);
        if (settings.MaxKeyLength < 1)
        {
            faults.Add($"The configuration limits keys to {settings.MaxKeyLength} bytes: give MaxKeyLength a number over zero, or leave it out for {registrations.MaxKeyLength}.");
        }

        var nodes = Nodes(registrations, builder, faults);
        var policies = Policies(registrations, builder, nodes, faults);
        if (faults.Count > 0)
        {
            Dispose();
            throw new CachemeSetupException(string.Join(Environment.NewLine, faults));
        }

        _handles = nodes.ToFrozenDictionary(node => node.Face.Definition.NodeType, node => node.Handle);
        var caches = new NodeCaches([.. nodes.Select(node => node.Face)]);
        policies.ForEach(caches.Add);
        var tagInvalidations = new TagInvalidations(_storages.RemovedTags, _storages.Buses.Values, meter);
        Caches = new DefaultCacheme(caches, builder, tagInvalidations, _storages);
        HybridCaches = new HybridCaches(caches, builder, tagInvalidations, services, services.GetRequiredService<IOptionsMonitor<HybridCacheOptions>>(), clock, logger);
        ByteCaches = new ByteCaches(caches, builder, tagInvalidations, clock, logger);
        DistributedCaches = new DistributedCaches(ByteCaches);
        MakeFaces(registrations);
        var names = nodes.Select(node => node.Face).Concat(policies).Select(cache => cache.Definition.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var unknown in settings.Nodes.Keys.Where(name => !names.Contains(name)))
        {
            // No error: it may be a node that is built at run time.
            Log.UnknownConfiguredNode(logger, unknown, string.Join(", ", names.Order(StringComparer.Ordinal)));
        }
    }

    public ICacheme Caches { get; }

    /// <summary>What the faces that store bytes stand on.</summary>
    public ByteCaches ByteCaches { get; }

    public HybridCaches HybridCaches { get; }

    public DistributedCaches DistributedCaches { get; }

    public object HandleOf(Type nodeType) => _handles[nodeType];

    /// <summary>Lets every remote storage connect, at once, each at most for its timeout, and every bus look into its log.</summary>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(_storages.Remote.Values.Select(storage => storage.ConnectAsync(cancellationToken).AsTask())).ConfigureAwait(false);
        await Task.WhenAll(_storages.Buses.Values.Select(bus => bus.StartAsync(cancellationToken))).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            await _tagSweep.DisposeAsync().ConfigureAwait(false);
            await _storages.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>For a container that is disposed synchronously: what is under way in the storages ends by itself.</summary>
    public void Dispose() => _ = DisposeAsync().AsTask();

    // Now, so that what is wrong with them is told when the host starts.
    private void MakeFaces(CachemeRegistrations registrations)
    {
        try
        {
            registrations.Faces.ForEach(make => make(this));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private static List<PolicyCache> Policies(
        CachemeRegistrations registrations, NodeBuilder builder, List<(NodeCache Face, object Handle)> nodes, List<string> faults)
    {
        var names = nodes.Select(static node => node.Face.Definition.Name).ToHashSet(StringComparer.Ordinal);
        var policies = new List<PolicyCache>();
        foreach (var (name, configure, replaced) in registrations.Policies)
        {
            if (!names.Add(name))
            {
                faults.Add($"The policy '{name}' has the name of a node or of another policy: give one of them another name, or add it once.");
            }
            else if (replaced().FirstOrDefault() is { } service)
            {
                faults.Add($"A keyed {service} '{name}' is registered after the policy '{name}', and the application would get that one: leave it out, or register it before AddCacheme.");
            }
            else if (builder.BuildPolicy(name, configure, faults) is { } policy)
            {
                policies.Add(policy);
            }
        }

        return policies;
    }

    private static CachemeSettings Settings(IServiceProvider services)
    {
        var section = services.GetService<IConfiguration>()?.GetSection(CachemeSettings.Section);
        try
        {
            return section?.Get<CachemeSettings>(binder => binder.ErrorOnUnknownConfiguration = true) ?? new CachemeSettings();
        }
        catch (InvalidOperationException error)
        {
            throw new CachemeSetupException($"The section '{CachemeSettings.Section}' of the configuration cannot be read: {error.Message} {error.InnerException?.Message}", error);
        }
    }

    private static List<(NodeCache Face, object Handle)> Nodes(CachemeRegistrations registrations, NodeBuilder builder, List<string> faults)
    {
        var caches = new List<(NodeCache Face, object Handle)>();
        var types = new HashSet<Type>();
        foreach (var node in registrations.Nodes.OrderBy(node => node.IsScanned))
        {
            if (!types.Add(node.NodeType))
            {
                if (!node.IsScanned)
                {
                    faults.Add($"Node '{NodeName.Of(node.NodeType)}' is added twice: add it once.");
                }
            }
            else if (node.Create(builder, faults) is { } cache)
            {
                caches.Add(cache);
            }
        }

        foreach (var name in caches.GroupBy(cache => cache.Face.Definition.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            faults.Add($"The node name '{name.Key}' is used by {string.Join(" and ", name.Select(cache => cache.Face.Definition.NodeType.FullName))}: give one of them another with .Name(\"...\").");
        }

        return caches;
    }
}
