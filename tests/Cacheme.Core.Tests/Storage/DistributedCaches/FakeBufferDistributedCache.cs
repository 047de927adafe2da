using System.Buffers;
using Microsoft.Extensions.Caching.Distributed;

namespace Cacheme.Tests.Storage.DistributedCaches;

/// <summary>Somebody else's cache that reads into a writer, in small pieces, and writes from a sequence. It is not to be asked for arrays.</summary>
internal sealed class FakeBufferDistributedCache : FakeDistributedCache, IBufferDistributedCache, IDistributedCache
{
    private const int Piece = 1_000;

    /// <summary>The sequences it was given.</summary>
    public List<ReadOnlySequence<byte>> Written { get; } = [];

    Task<byte[]?> IDistributedCache.GetAsync(string key, CancellationToken token) => throw new NotSupportedException();

    Task IDistributedCache.SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token) =>
        throw new NotSupportedException();

    public bool TryGet(string key, IBufferWriter<byte> destination) => throw new NotSupportedException();

    public async ValueTask<bool> TryGetAsync(string key, IBufferWriter<byte> destination, CancellationToken token = default)
    {
        await StartAsync("get", key, token);
        if (Find(key) is not { } bytes)
        {
            return false;
        }

        foreach (var piece in bytes.Chunk(Piece))
        {
            destination.Write(piece);
        }

        return true;
    }

    public void Set(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options) => throw new NotSupportedException();

    public async ValueTask SetAsync(
        string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        lock (Written)
        {
            Written.Add(value);
        }

        await base.SetAsync(key, value.ToArray(), options, token);
    }
}
