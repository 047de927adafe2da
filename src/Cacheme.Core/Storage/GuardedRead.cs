namespace Cacheme.Storage;

/// <summary>A read as the guard runs it.</summary>
internal static class GuardedRead
{
    /// <summary>Asks the storage.</summary>
    public static ValueTask<IReadOnlyList<StoredValue>> Send(IStorage storage, string[] keys, CancellationToken cancellationToken) =>
        storage.GetAsync(keys, cancellationToken);

    /// <summary>Makes the answer an array of a value for each key, so that nobody reads the storage's own list outside the guard.</summary>
    /// <remarks>
    /// A storage that is full of rubbish may answer with less than it promises, with nothing at all, or with a list that is made
    /// up while it is read: then what fails is this, within the operation.
    /// </remarks>
    public static IReadOnlyList<StoredValue> TakeOver(string[] keys, IReadOnlyList<StoredValue>? answer)
    {
        if (answer is StoredValue[] whole && whole.Length == keys.Length)
        {
            return whole;
        }

        var values = new StoredValue[keys.Length];
        var count = Math.Min(keys.Length, answer?.Count ?? 0);
        for (var i = 0; i < count; i++)
        {
            values[i] = answer![i]; // Not null: it counts some.
        }

        return values;
    }
}
