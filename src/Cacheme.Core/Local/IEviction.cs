namespace Cacheme.Local;

/// <summary>Decides who leaves a storage that is full. Not thread-safe: the storage calls it under its lock.</summary>
/// <remarks>A hit calls nothing. It leaves a mark in the entry, and that is read when somebody has to leave.</remarks>
internal interface IEviction
{
    /// <summary>Gives a new entry its place, after letting others go where there is no room.</summary>
    void Add(LocalEntry entry);

    /// <summary>Gives an entry the place of the one whose key it has.</summary>
    void Replace(LocalEntry former, LocalEntry entry);

    /// <summary>Takes an entry out that leaves for another reason.</summary>
    void Remove(LocalEntry entry);
}
