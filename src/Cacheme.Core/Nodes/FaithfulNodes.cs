using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Cacheme.Nodes;

/// <summary>Tells the node types for which "equal nodes" means "equal keys", so that a node can stand for its key.</summary>
/// <remarks>
/// The key is a pure function of the node's fields. Equal nodes have the same key if equal fields print the same, which
/// holds for the types listed and not, say, for decimal (1.0 and 1.00 are equal), double (0.0 and -0.0), DateTime
/// (its kind) or arrays; if the fields are never reassigned; and if equality is the one the compiler writes for records.
/// </remarks>
internal static class FaithfulNodes
{
    private static readonly HashSet<Type> FaithfulTypes =
    [
        typeof(bool), typeof(char), typeof(string), typeof(Guid), typeof(Rune), typeof(DateOnly), typeof(TimeOnly), typeof(TimeSpan),
        typeof(sbyte), typeof(byte), typeof(short), typeof(ushort), typeof(int), typeof(uint), typeof(long), typeof(ulong),
        typeof(nint), typeof(nuint), typeof(Int128), typeof(UInt128),
    ];

    public static bool Includes([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)] Type node) =>
        Lineage(node).All(type => HasWrittenEquality(type) && type
            .GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            .All(field => (field.IsInitOnly || type.IsValueType) && IsFaithful(field.FieldType)));

    private static IEnumerable<Type> Lineage(Type node)
    {
        for (var type = node; type is not null && type != typeof(Node) && type != typeof(object) && type != typeof(ValueType); type = type.BaseType)
        {
            if (!(type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Node<>)))
            {
                yield return type;
            }
        }
    }

    private static bool IsFaithful(Type field) =>
        FaithfulTypes.Contains(Nullable.GetUnderlyingType(field) ?? field) || (Nullable.GetUnderlyingType(field) ?? field).IsEnum;

    private static bool HasWrittenEquality(Type type) =>
        type.GetMethod(nameof(Equals), BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly, [type]) is { } equals
        && equals.IsDefined(typeof(CompilerGeneratedAttribute));
}
