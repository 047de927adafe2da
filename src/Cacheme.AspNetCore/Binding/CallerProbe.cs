namespace Cacheme.AspNetCore.Binding;

/// <summary>Makes another caller of one, to see whether a node's key tells them apart.</summary>
internal static class CallerProbe
{
    /// <summary>What makes another value of one, for a type that callers are told apart by; null for any other type.</summary>
    public static Func<object, object>? Of(Type type) =>
        type == typeof(string) ? static value => $"{value}'"
        : type == typeof(string[]) ? static value => (string[])[.. (string[])value, "'"]
        : type == typeof(Guid) ? static value => Another((Guid)value)
        : type == typeof(int) ? static value => (int)value ^ 1
        : type == typeof(long) ? static value => (long)value ^ 1
        : null;

    private static Guid Another(Guid value)
    {
        var bytes = value.ToByteArray();
        bytes[0] ^= 1;
        return new Guid(bytes);
    }
}
