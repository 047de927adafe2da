using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Cacheme.Invalidation;
using Cacheme.Local;
using Cacheme.Nodes;
using Cacheme.Storage;
using Cacheme.Telemetry;
using Microsoft.Extensions.Logging;

namespace Cacheme.DependencyInjection;

/// <summary>Makes the storages of a host from what the code and appsettings say, and says everything that is wrong with them.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The host owns what is made here.")]
internal sealed class StorageFactory(
    CachemeRegistrations registrations, CachemeSettings settings, string prefix, IServiceProvider services, CacheClock clock, CachemeMeter meter, ILogger logger)
{
    // More than a timer takes is 49 days; nobody waits for a day.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan ShortestBreak = TimeSpan.FromMilliseconds(500);

    // Who was away for more records than these drops its local entries.
    private const int LogRecords = 4096;

    private readonly NodeStorages _storages = new();

    public NodeStorages Create(ICollection<string> faults)
    {
        foreach (var (name, url) in settings.Storages)
        {
            Try(name, faults, () => AddByUrl(name, url));
        }

        // What appsettings say of a name stands in the place of what the code says.
        foreach (var local in registrations.LocalStorages.Where(local => !settings.Storages.ContainsKey(local.Name)))
        {
            Try(local.Name, faults, () => Add(local));
        }

        foreach (var remote in registrations.RemoteStorages.Where(remote => !settings.Storages.ContainsKey(remote.Name)))
        {
            Try(remote.Name, faults, () => Add(remote));
        }

        foreach (var (name, url) in registrations.Addresses.Where(address => !settings.Storages.ContainsKey(address.Name)))
        {
            Try(name, faults, () => AddByUrl(name, url));
        }

        foreach (var (name, _) in registrations.StorageOptions.Where(options => !_storages.Remote.ContainsKey(options.Name)))
        {
            faults.Add($"ConfigureStorage names the storage '{name}', which is no registered remote storage; {_storages.Names}.");
        }

        return _storages;
    }

    private void Try(string name, ICollection<string> faults, Action add)
    {
        if (_storages.Local.ContainsKey(name) || _storages.Remote.ContainsKey(name))
        {
            faults.Add($"The storage '{name}' is registered twice: give one of them another name.");
            return;
        }

        try
        {
            add();
        }
        catch (Exception error)
        {
            faults.Add($"The storage '{name}' cannot be made: {error.Message}");
        }
    }

    private void Add(LocalStorageRegistration local)
    {
        if (local.Size < 1)
        {
            throw new ArgumentException($"its size is {local.Size}; give it 1 at least.");
        }

        if (!Enum.IsDefined(local.Policy))
        {
            throw new ArgumentException($"there is no eviction policy {local.Policy}.");
        }

        var counters = new StoreCounters(local.Name, local.Size);
        meter.Add(counters);
        _storages.Local.Add(local.Name, new LocalStorage(local.Name, local.Size, local.Policy, clock, counters));
    }

    private void Add(RemoteStorageRegistration remote)
    {
        foreach (var (_, configure) in registrations.StorageOptions.Where(options => options.Name == remote.Name))
        {
            configure(remote.Options);
        }

        Validate(remote.Options);
        var storage = remote.Create(services);
        var guarded = new RemoteStorage(remote.Name, storage, prefix, remote.Options, clock, meter, logger);
        meter.Add(guarded);
        _storages.Remote.Add(remote.Name, guarded);
        if (remote.Options.CarriesInvalidations && storage.OpenInvalidationLog($"{prefix}:invalidations", LogRecords) is { } log)
        {
            _storages.Buses.Add(remote.Name, new InvalidationBus(guarded, log, _storages.RemovedTags, remote.Options.InvalidationInterval, clock, meter, logger));
        }
    }

    private void AddByUrl(string name, string text)
    {
        var url = StorageUrl.Parse(text);
        if (string.Equals(url.Scheme, "local", StringComparison.Ordinal))
        {
            Add(new LocalStorageRegistration(name, LocalSize(url), LocalPolicy(url)));
            return;
        }

        if (!registrations.Schemes.TryGetValue(url.Scheme, out var create))
        {
            var known = string.Join(", ", registrations.Schemes.Keys.Append("local").Order(StringComparer.Ordinal).Select(scheme => scheme + "://"));
            throw new ArgumentException(
                $"no package handles {url.Scheme}:// addresses; there are {known}. Reference the package that does, such as Cacheme.Redis for redis://, or add its module with AddModule.");
        }

        var options = new StorageOptions();
        if (url.Take("timeout") is { } timeout)
        {
            options.Timeout = TimeSpan.FromMilliseconds(double.Parse(timeout, CultureInfo.InvariantCulture));
        }

        Add(new RemoteStorageRegistration(name, services => create(services, url), options));
    }

    private static int LocalSize(StorageUrl url)
    {
        if (url.OptionNames.FirstOrDefault(option => !string.Equals(option, "size", StringComparison.OrdinalIgnoreCase)) is { } unknown)
        {
            throw new ArgumentException($"a local:// address has no option '{unknown}'; it has 'size'.");
        }

        return url.Option("size", 10_000);
    }

    private static EvictionPolicy LocalPolicy(StorageUrl url) => string.Join(',', url.Hosts) switch
    {
        "lru" => EvictionPolicy.Lru,
        "tlfu" => EvictionPolicy.TinyLfu,
        _ => throw new ArgumentException($"there is no local://{string.Join(',', url.Hosts)}; there are local://lru and local://tlfu."),
    };

    private static void Validate(StorageOptions options)
    {
        if (options.Timeout <= TimeSpan.Zero || options.Timeout > LongestWait)
        {
            throw new ArgumentException($"its timeout is {options.Timeout}; give it one over zero, of {LongestWait} at most.");
        }

        // What the circuit breaker refuses, said in our own words.
        if (options.FailuresBeforeBreak < 2 || options.FailureRatio is not (> 0 and <= 1)
            || options.FailureWindow < ShortestBreak || options.FailureWindow > LongestWait
            || options.BreakDuration < ShortestBreak || options.BreakDuration > LongestWait)
        {
            throw new ArgumentException(
                "its circuit breaker cannot work: FailuresBeforeBreak is at least 2, FailureRatio over 0 and at most 1, FailureWindow and BreakDuration from half a second to a day.");
        }

        if (options.InvalidationInterval < ShortestInterval || options.InvalidationInterval > LongestWait)
        {
            throw new ArgumentException($"its InvalidationInterval is {options.InvalidationInterval}; give it one from {ShortestInterval} to {LongestWait}.");
        }

        if (options.MaxPendingRemovals < 0)
        {
            throw new ArgumentException("its MaxPendingRemovals is negative.");
        }
    }
}
