using System.Text;

namespace Cacheme.Nodes;

/// <summary>The tags of a face, apart from those of other faces: <c>{space}:{tag}</c>, so that whoever removes tags of nodes may remove these too. Immutable.</summary>
internal sealed class FaceTags
{
    private readonly string _before;
    private readonly int _longest;

    /// <param name="space">What stands before the face's keys.</param>
    public FaceTags(string space)
    {
        _before = $"{StorableText.Of(space, Tag.Longest - StorableText.HashedLength - 1)}:";
        _longest = Tag.Longest - Encoding.UTF8.GetByteCount(_before);
    }

    /// <summary>A tag of the face's callers as storages and other processes know it.</summary>
    public string Of(string tag) => _before + StorableText.Of(tag, _longest);
}
