namespace Cacheme.Tests;

/// <summary>Where loads take their values from: counted, and held or failed at the test's will.</summary>
public sealed class Source
{
    private int _loads;

    public int Loads => Volatile.Read(ref _loads);

    public IList<IReadOnlyList<int>> Batches { get; } = [];

    /// <summary>Gives the text of an id. By default the id and the number of the load: "7#1".</summary>
    public Func<int, CancellationToken, Task<string>>? Load { get; set; }

    public Func<IReadOnlyList<int>, CancellationToken, Task<Dictionary<int, string>>>? LoadMany { get; set; }

    public Task<string> LoadAsync(int id, CancellationToken cancellationToken)
    {
        var count = Interlocked.Increment(ref _loads);
        return Load?.Invoke(id, cancellationToken) ?? Task.FromResult($"{id}#{count}");
    }

    public Task<Dictionary<int, string>> LoadManyAsync(IReadOnlyList<int> ids, CancellationToken cancellationToken)
    {
        var count = Interlocked.Increment(ref _loads);
        lock (Batches)
        {
            Batches.Add(ids);
        }

        return LoadMany?.Invoke(ids, cancellationToken) ?? Task.FromResult(ids.ToDictionary(id => id, id => $"{id}#{count}"));
    }
}
