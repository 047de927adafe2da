using Cacheme.Storage.Outage.Backends;

namespace Cacheme.Storage.Outage.Faults;

/// <summary>Somebody else writes rubbish under our keys, once.</summary>
public sealed record RubbishFault(StorageBackend Backend)
    : Fault("rubbish", keys => OverwriteAllAsync(Backend, keys), () => Task.CompletedTask)
{
    private static async Task OverwriteAllAsync(StorageBackend backend, IReadOnlyList<string> keys)
    {
        var random = new Random(20);
        foreach (var key in keys)
        {
            var rubbish = new byte[random.Next(0, 300)];
            random.NextBytes(rubbish);
            await backend.OverwriteAsync(key, rubbish);
        }
    }
}
