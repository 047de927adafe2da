using System.Collections.Concurrent;
using Microsoft.Extensions.Caching.Distributed;

namespace Cacheme.Tests.Storage.DistributedCaches;

/// <summary>Somebody else's cache, with arrays only. What happens before a call takes effect is up to the test.</summary>
internal class FakeDistributedCache : IDistributedCache, IDisposable
{
    private readonly ConcurrentDictionary<string, byte[]> _entries = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DistributedCacheEntryOptions> _options = new(StringComparer.Ordinal);

    /// <summary>Runs on the thread of the call, with "get", "set" or "remove", and the name as it was given.</summary>
    public Func<string, string, CancellationToken, Task>? Before { get; set; }

    public bool IsDisposed { get; private set; }

    public ConcurrentQueue<(string Operation, string Name)> Calls { get; } = [];

    public IReadOnlyCollection<string> Names => [.. _entries.Keys];

    public void Put(string name, byte[] bytes) => _entries[Fold(name)] = bytes;

    public DistributedCacheEntryOptions OptionsOf(string name) => _options[Fold(name)];

    public byte[]? Find(string name) => _entries.GetValueOrDefault(Fold(name));

    public byte[]? Get(string key) => throw new NotSupportedException();

    public async Task<byte[]?> GetAsync(string key, CancellationToken token = default)
    {
        await StartAsync("get", key, token);
        return Find(key);
    }

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => throw new NotSupportedException();

    public async Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        await StartAsync("set", key, token);
        _options[Fold(key)] = options;
        Put(key, value);
    }

    public void Refresh(string key) => throw new NotSupportedException();

    public Task RefreshAsync(string key, CancellationToken token = default) => throw new NotSupportedException();

    public void Remove(string key) => throw new NotSupportedException();

    public async Task RemoveAsync(string key, CancellationToken token = default)
    {
        await StartAsync("remove", key, token);
        _entries.TryRemove(Fold(key), out _);
    }

    public void Dispose()
    {
        IsDisposed = true;
        GC.SuppressFinalize(this);
    }

    /// <summary>What the cache takes a name for.</summary>
    protected virtual string Fold(string name) => name;

    protected Task StartAsync(string operation, string name, CancellationToken token)
    {
        Calls.Enqueue((operation, name));
        return Before?.Invoke(operation, name, token) ?? Task.CompletedTask;
    }
}
