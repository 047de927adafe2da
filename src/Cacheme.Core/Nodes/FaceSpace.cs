namespace Cacheme.Nodes;

/// <summary>What stands before the keys and tags of a face that has a key space of its own: its kind, and its name where that is another.</summary>
internal static class FaceSpace
{
    public static string Of(string kind, string name) =>
        // No name has these characters then, so no key of one is a key of another.
        name == kind ? kind : $"{kind}/{name.Replace("%", "%25", StringComparison.Ordinal).Replace(":", "%3A", StringComparison.Ordinal)}";
}
