namespace Cacheme.Tests.Rules;

/// <summary>The truth: a version for each id, which only grows. Its loads are held at a turnstile.</summary>
public sealed class VersionedSource
{
    private int[] _versions = [];

    internal Turnstile Turnstile { get; set; } = new();

    internal void Reset(int ids) => _versions = [.. Enumerable.Repeat(1, ids)];

    internal int Version(int id) => Volatile.Read(ref _versions[id]);

    internal int Change(int id) => Interlocked.Increment(ref _versions[id]);

    internal async ValueTask<int> LoadAsync(int id, CancellationToken cancellationToken)
    {
        var version = Version(id);
        await Turnstile.PassAsync().WaitAsync(cancellationToken);
        return version;
    }
}
