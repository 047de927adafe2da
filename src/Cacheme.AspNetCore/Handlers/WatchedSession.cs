using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore.Handlers;

/// <summary>A session that knows whether it was used: what it has is of one caller, and what is put into it is of one request.</summary>
internal sealed class WatchedSession(ISession original) : ISession
{
    public ISession Original => original;

    public bool IsUsed { get; private set; }

    public bool IsAvailable => original.IsAvailable;

    public string Id => Used().Id;

    public IEnumerable<string> Keys => Used().Keys;

    public Task LoadAsync(CancellationToken cancellationToken = default) => Used().LoadAsync(cancellationToken);

    public Task CommitAsync(CancellationToken cancellationToken = default) => Used().CommitAsync(cancellationToken);

    public bool TryGetValue(string key, [NotNullWhen(true)] out byte[]? value) => Used().TryGetValue(key, out value);

    public void Set(string key, byte[] value) => Used().Set(key, value);

    public void Remove(string key) => Used().Remove(key);

    public void Clear() => Used().Clear();

    private ISession Used()
    {
        IsUsed = true;
        return original;
    }
}
