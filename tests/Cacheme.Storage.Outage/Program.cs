using Cacheme.Storage.Outage;
using Cacheme.Storage.Outage.Backends;
using Cacheme.Storage.Outage.Runs;

switch (args)
{
    case [FileLock.Verb, var file]:
        await FileLock.HoldAsync(file);
        return 0;
    case [var storage] when Catalog.Find(storage) is { Count: > 0 } backends:
        return await Catalog.RunAsync(backends, OutagePlan.Full);
    case [var storage, "--short"] when Catalog.Find(storage) is { Count: > 0 } backends:
        return await Catalog.RunAsync(backends, OutagePlan.Brief);
    default:
        Console.WriteLine($"eng/outage.sh STORAGE [--short], where STORAGE is all or one of: {string.Join(", ", Catalog.Names)}");
        return 1;
}
