using Cacheme.Storage;

namespace Cacheme.AspNetCore.Tests.Testing;

/// <summary>A remote storage that has nothing, and says so when the test lets it.</summary>
internal sealed class GatedStorage : IStorage
{
    public Gate Read { get; } = new();

    public ValueTask ConnectAsync(CancellationToken cancellationToken) => default;

    public async ValueTask<IReadOnlyList<StoredValue>> GetAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        await Read.PassAsync(cancellationToken);
        return [.. keys.Select(_ => StoredValue.Absent)];
    }

    public ValueTask SetAsync(IReadOnlyList<StorageWrite> writes, CancellationToken cancellationToken) => default;

    public ValueTask RemoveAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) => default;

    public ValueTask DisposeAsync() => default;
}
