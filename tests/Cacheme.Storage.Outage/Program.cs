using Cacheme.Servers;
using Cacheme.Storage.Outage;
using Cacheme.Storage.Outage.Backends;
using Cacheme.Storage.Outage.Runs;

try
{
    switch (args)
    {
        case [FileLock.Verb, var file]:
            await FileLock.HoldAsync(file);
            return 0;
        case [var storage, .. var options] when Catalog.Find(storage) is { Count: > 0 } backends:
            return await Catalog.RunAsync(backends, options is ["--short"] ? OutagePlan.Brief : OutagePlan.Full);
        default:
            Console.WriteLine($"eng/outage.sh STORAGE [--short], where STORAGE is all or one of: {string.Join(", ", Catalog.Names)}");
            return 1;
    }
}
catch (ServerMissingException missing)
{
    await Console.Error.WriteLineAsync(missing.Reason);
    return 1;
}
