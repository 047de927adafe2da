using System.Diagnostics.CodeAnalysis;

namespace Cacheme.Sql;

/// <summary>Compares keys byte by byte, as the databases do.</summary>
internal sealed class KeyBytes : IEqualityComparer<byte[]>, IComparer<byte[]>
{
    public static KeyBytes Comparer { get; } = new();

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode([DisallowNull] byte[] obj)
    {
        var hash = default(HashCode);
        hash.AddBytes(obj);
        return hash.ToHashCode();
    }

    public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
}
