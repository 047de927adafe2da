using Cacheme.Storage.Outage.Backends;

namespace Cacheme.Storage.Outage.Faults;

/// <summary>Somebody else writes rubbish under our keys, once.</summary>
public sealed record RubbishFault : Fault
{
    /// <summary>Makes the fault of a storage.</summary>
    /// <param name="backend">The storage.</param>
    public RubbishFault(StorageBackend backend)
        : base("rubbish", keys => OverwriteAllAsync(backend, keys), () => Task.CompletedTask) => Symptom = Symptom.UnreadableEntries;

    private static Task OverwriteAllAsync(StorageBackend backend, IReadOnlyList<string> keys)
    {
        var random = new Random(20);
        return backend.OverwriteAsync([.. keys.Select(key => KeyValuePair.Create(key, Rubbish(random)))]);
    }

    private static byte[] Rubbish(Random random)
    {
        var rubbish = new byte[random.Next(0, 300)];
        random.NextBytes(rubbish);
        return rubbish;
    }
}
