using Cacheme.Nodes;

namespace Cacheme.Hybrid;

/// <summary>The tags of one cache, apart from those of others. Each of its entries has one more, for all of them.</summary>
internal sealed class HybridTags
{
    private const string AllText = "*";

    private readonly FaceTags _tags;
    private readonly string _all;

    public HybridTags(string space)
    {
        _tags = new FaceTags(space);
        _all = _tags.Of(AllText);
        OnlyAll = [_all];
    }

    /// <summary>The tags of an entry whose caller gave none.</summary>
    public string[] OnlyAll { get; }

    /// <summary>The tags of an entry.</summary>
    /// <exception cref="ArgumentException">One of them is blank, or "*".</exception>
    public string[] OfEntry(IEnumerable<string>? tags)
    {
        if (tags is null || (tags.TryGetNonEnumeratedCount(out var count) && count == 0))
        {
            return OnlyAll;
        }

        var ours = new HashSet<string>(StringComparer.Ordinal) { _all };
        foreach (var tag in tags)
        {
            if (string.IsNullOrWhiteSpace(tag))
            {
                throw new ArgumentException("A tag is blank: give it a name, or leave it out.", nameof(tags));
            }

            if (tag == AllText)
            {
                throw new ArgumentException("A tag is '*', which stands for all entries: give it another name.", nameof(tags));
            }

            ours.Add(Of(tag));
        }

        return [.. ours];
    }

    /// <summary>The tags that a removal names: "*" for all, and nothing for a blank one, which no entry has.</summary>
    public IReadOnlyCollection<string> OfRemoval(IEnumerable<string>? tags) =>
        [.. (tags ?? []).Where(static tag => !string.IsNullOrWhiteSpace(tag)).Select(tag => tag == AllText ? _all : Of(tag)).Distinct(StringComparer.Ordinal)];

    private string Of(string tag) => _tags.Of(tag);
}
