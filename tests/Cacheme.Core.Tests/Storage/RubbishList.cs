using System.Collections;
using Cacheme.Storage;

namespace Cacheme.Tests.Storage;

/// <summary>An answer that is made up while it is read, and fails then.</summary>
internal sealed class RubbishList(int count) : IReadOnlyList<StoredValue>
{
    public int Count => count;

    public StoredValue this[int index] => throw new InvalidDataException("rubbish");

    public IEnumerator<StoredValue> GetEnumerator() => throw new InvalidDataException("rubbish");

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
