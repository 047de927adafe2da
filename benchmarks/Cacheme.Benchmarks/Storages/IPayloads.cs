namespace Cacheme.Benchmarks.Storages;

/// <summary>Payloads under numbers, in one storage: through Cacheme, or by its driver alone.</summary>
internal interface IPayloads : IAsyncDisposable
{
    /// <summary>What it wrote to its log first, from a warning upwards; null when it wrote nothing.</summary>
    string? Warning { get; }

    /// <summary>Reads a payload; where there is none, the one given is written and returned.</summary>
    ValueTask<byte[]> GetAsync(int id);

    /// <summary>Writes a payload.</summary>
    ValueTask SetAsync(int id, byte[] payload);

    /// <summary>Reads payloads that are there, at once.</summary>
    ValueTask<IReadOnlyList<byte[]>> GetAllAsync(int[] ids);
}
