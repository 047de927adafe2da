namespace Cacheme.Nodes;

/// <summary>What a node is called that does not say it: its class, as one would write it.</summary>
internal static class NodeName
{
    /// <summary>The class's name; of a generic one with its arguments, which tell it from others of the same class.</summary>
    public static string Of(Type type)
    {
        var arity = type.Name.IndexOf('`', StringComparison.Ordinal);
        return arity < 0 ? type.Name : $"{type.Name[..arity]}<{string.Join(", ", type.GetGenericArguments().Select(Of))}>";
    }
}
